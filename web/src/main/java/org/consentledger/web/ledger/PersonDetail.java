package org.consentledger.web.ledger;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A person as the query side returns them. Codes stay texts, so that a code that is newer than the pages is shown as it
 * is.
 */
public record PersonDetail(
        String personId,
        long version,
        @Nullable String firstName,
        @Nullable String lastName,
        @Nullable String company,
        @Nullable String title,
        List<String> emails,
        List<String> phones,
        @Nullable String website,
        @Nullable String facebook,
        @Nullable String twitter,
        @Nullable String linkedin,
        @Nullable String other,
        @Nullable String salesforceId,
        Instant createdAt,
        Instant updatedAt,
        ActorName createdBy,
        @Nullable Authorization authorization,
        Source source,
        Subscription subscription,
        boolean erased) {

    /** An actor. */
    public record ActorName(String id, String name) {}

    public record Authorization(
            String type,
            @Nullable LocalDate dateOfConsent,
            @Nullable String purposeOfProcessing,
            @Nullable String description,
            @Nullable String gdpr,
            @Nullable String dpv,
            Instant setAt,
            ActorName setBy) {}

    public record Source(String type, @Nullable String description, Instant setAt, ActorName setBy) {}

    public record Subscription(
            String status,
            Instant since,
            @Nullable String reason,
            @Nullable String via,
            @Nullable Request resubscribeRequest) {

        public boolean isUnsubscribed() {
            return status.equals("UNSUBSCRIBED");
        }
    }

    /** A pending request to let the person be e-mailed again. */
    public record Request(
            LocalDate dateOfConsent,
            String purposeOfProcessing,
            String givenHow,
            @Nullable String reference,
            Instant requestedAt,
            ActorName requestedBy) {}

    /** The part of a person that analysts may see. */
    public record Card(
            String personId,
            long version,
            @Nullable Authorization authorization,
            Source source,
            Subscription subscription) {}

    public Card card() {
        return new Card(personId, version, authorization, source, subscription);
    }

    /** The name of the person, or else the first e-mail address, or else an id. */
    public String displayName() {
        var name = Stream.of(firstName, lastName)
                .filter(part -> part != null && !part.isBlank())
                .collect(Collectors.joining(" "));
        if (!name.isEmpty()) {
            return name;
        }
        return emails.isEmpty() ? Objects.requireNonNullElse(salesforceId, personId) : emails.getFirst();
    }
}
