package org.consentledger.query.people;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.consentledger.kernel.person.AuthorizationType;
import org.consentledger.kernel.person.PersonId;
import org.consentledger.kernel.person.SourceType;
import org.consentledger.kernel.person.SubscriptionStatus;
import org.consentledger.kernel.person.UnsubscribeReason;
import org.consentledger.kernel.provenance.Via;
import org.consentledger.query.readmodel.ActorView;
import org.jspecify.annotations.Nullable;

/** A person as the API shows them: the Person Detail View, and a line in the list of people. */
record PersonView(
        PersonId personId,
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
        ActorView createdBy,
        @Nullable AuthorizationView authorization,
        SourceView source,
        SubscriptionView subscription,
        boolean erased) {

    /** The legal basis, with its article of the GDPR and its term in the Data Privacy Vocabulary. */
    record AuthorizationView(
            AuthorizationType type,
            String label,
            @Nullable LocalDate dateOfConsent,
            @Nullable String purposeOfProcessing,
            @Nullable String description,
            @Nullable String gdpr,
            String dpv,
            Instant setAt,
            ActorView setBy) {}

    /** How the data entered the ledger. */
    record SourceView(
            SourceType type, String label, @Nullable String description, Instant setAt, ActorView setBy) {}

    /** Whether the person may be e-mailed as far as their own will goes. */
    record SubscriptionView(
            SubscriptionStatus status,
            Instant since,
            @Nullable UnsubscribeReason reason,
            @Nullable Via via,
            @Nullable RequestView resubscribeRequest) {}

    /** A pending request to let the person be e-mailed again. */
    record RequestView(
            LocalDate dateOfConsent,
            String purposeOfProcessing,
            String givenHow,
            @Nullable String reference,
            Instant requestedAt,
            ActorView requestedBy) {}

    /** The part of the view that tells whether and why the person may be contacted. */
    record ComplianceCard(
            PersonId personId,
            long version,
            @Nullable AuthorizationView authorization,
            SourceView source,
            SubscriptionView subscription) {}

    static PersonView of(PersonDocument person) {
        var contact = person.contact();
        return new PersonView(
                person.personId(),
                person.version(),
                contact.firstName(),
                contact.lastName(),
                contact.company(),
                contact.title(),
                contact.emails(),
                contact.phones(),
                contact.website(),
                contact.facebook(),
                contact.twitter(),
                contact.linkedin(),
                contact.other(),
                contact.salesforceId(),
                person.createdAt(),
                person.updatedAt(),
                person.createdBy(),
                authorizationOf(person),
                sourceOf(person),
                subscriptionOf(person),
                person.erased());
    }

    ComplianceCard card() {
        return new ComplianceCard(personId, version, authorization, source, subscription);
    }

    private static @Nullable AuthorizationView authorizationOf(PersonDocument person) {
        var stated = person.authorization();
        if (stated == null) {
            return null;
        }
        var authorization = stated.authorization();
        return new AuthorizationView(
                authorization.type(),
                authorization.type().label(),
                authorization.dateOfConsent(),
                authorization.purposeOfProcessing(),
                authorization.description(),
                authorization.type().gdprArticle(),
                authorization.type().dpv(),
                stated.setAt(),
                stated.setBy());
    }

    private static SourceView sourceOf(PersonDocument person) {
        var stated = person.source();
        return new SourceView(
                stated.source().type(),
                stated.source().type().label(),
                stated.source().description(),
                stated.setAt(),
                stated.setBy());
    }

    private static SubscriptionView subscriptionOf(PersonDocument person) {
        var subscription = person.subscription();
        var request = subscription.resubscribeRequest();
        return new SubscriptionView(
                subscription.status(),
                subscription.since(),
                subscription.reason(),
                subscription.via(),
                request == null
                        ? null
                        : new RequestView(
                                request.evidence().dateOfConsent(),
                                request.evidence().purposeOfProcessing(),
                                request.evidence().givenHow(),
                                request.evidence().reference(),
                                request.requestedAt(),
                                request.requestedBy()));
    }
}
