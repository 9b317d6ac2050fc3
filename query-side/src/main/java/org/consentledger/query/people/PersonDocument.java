package org.consentledger.query.people;

import static java.time.temporal.ChronoUnit.MICROS;

import java.time.Instant;
import java.util.List;
import org.consentledger.kernel.person.Authorization;
import org.consentledger.kernel.person.ContactData;
import org.consentledger.kernel.person.ContactField;
import org.consentledger.kernel.person.Evidence;
import org.consentledger.kernel.person.PersonEvent;
import org.consentledger.kernel.person.PersonEvent.AuthorizationSet;
import org.consentledger.kernel.person.PersonEvent.ContactDataChanged;
import org.consentledger.kernel.person.PersonEvent.EmailAccepted;
import org.consentledger.kernel.person.PersonEvent.EmailFailed;
import org.consentledger.kernel.person.PersonEvent.EmailRefused;
import org.consentledger.kernel.person.PersonEvent.EmailSent;
import org.consentledger.kernel.person.PersonEvent.PersonErased;
import org.consentledger.kernel.person.PersonEvent.PersonExported;
import org.consentledger.kernel.person.PersonEvent.PersonRegistered;
import org.consentledger.kernel.person.PersonEvent.ResubscribeApproved;
import org.consentledger.kernel.person.PersonEvent.ResubscribeRejected;
import org.consentledger.kernel.person.PersonEvent.ResubscribeRequested;
import org.consentledger.kernel.person.PersonEvent.SalesforceRecordLinked;
import org.consentledger.kernel.person.PersonEvent.SourceSet;
import org.consentledger.kernel.person.PersonEvent.Unsubscribed;
import org.consentledger.kernel.person.PersonId;
import org.consentledger.kernel.person.Source;
import org.consentledger.kernel.person.SubscriptionStatus;
import org.consentledger.kernel.person.UnsubscribeCause;
import org.consentledger.kernel.person.UnsubscribeReason;
import org.consentledger.kernel.privacy.Erased;
import org.consentledger.kernel.provenance.Via;
import org.consentledger.query.readmodel.ActorView;
import org.consentledger.query.readmodel.Recorded;
import org.jspecify.annotations.Nullable;

/**
 * The state of a person after some number of events.
 *
 * <p>The rebuild, the healing of gaps and the views of the past compute it with {@link #evolve}. The live projection
 * does too, with one exception: for the self-contained events of {@link PersonBson} it sets the event's fields in
 * MongoDB without loading the document (ADR 25). {@code PersonBson.changes} computes these fields from the same
 * records, and a test compares both ways.
 *
 * @param version the number of events folded in; makes a redelivered event harmless
 * @param updatedAt when the last change was recorded; exports and e-mails are not changes
 * @param createdPosition the position of the registration in the ledger
 */
record PersonDocument(
        PersonId personId,
        long version,
        ContactData contact,
        Instant createdAt,
        Instant updatedAt,
        ActorView createdBy,
        long createdPosition,
        @Nullable StatedAuthorization authorization,
        StatedSource source,
        Subscription subscription,
        boolean erased) {

    /** The legal basis, with the actor who stated it and the time. */
    record StatedAuthorization(Authorization authorization, Instant setAt, ActorView setBy, long position) {

        static StatedAuthorization by(Authorization authorization, Recorded<? extends PersonEvent> recorded) {
            return new StatedAuthorization(authorization, happenedAt(recorded), recorded.actor(), recorded.position());
        }

        private StatedAuthorization redactedBy(Redaction redaction) {
            return new StatedAuthorization(
                    new Authorization(
                            authorization.type(),
                            authorization.dateOfConsent(),
                            redaction.apply(authorization.purposeOfProcessing()),
                            redaction.apply(authorization.description())),
                    setAt,
                    setBy,
                    position);
        }
    }

    /** The source of the data, with the actor who stated it and the time. */
    record StatedSource(Source source, Instant setAt, ActorView setBy, long position) {

        static StatedSource by(Source source, Recorded<? extends PersonEvent> recorded) {
            return new StatedSource(source, happenedAt(recorded), recorded.actor(), recorded.position());
        }

        private StatedSource redactedBy(Redaction redaction) {
            return new StatedSource(
                    new Source(source.type(), redaction.apply(source.description())), setAt, setBy, position);
        }
    }

    /**
     * Whether the person may be e-mailed as far as their own will goes.
     *
     * @param position the position of the event that set it
     */
    record Subscription(
            SubscriptionStatus status,
            Instant since,
            @Nullable UnsubscribeReason reason,
            @Nullable String comment,
            @Nullable Via via,
            @Nullable UnsubscribeCause cause,
            long position,
            @Nullable ResubscribeRequest resubscribeRequest) {

        static Subscription subscribed(Instant since, @Nullable Via via, long position) {
            return new Subscription(SubscriptionStatus.SUBSCRIBED, since, null, null, via, null, position, null);
        }

        boolean isUnsubscribed() {
            return status == SubscriptionStatus.UNSUBSCRIBED;
        }

        Subscription with(@Nullable ResubscribeRequest request) {
            return new Subscription(status, since, reason, comment, via, cause, position, request);
        }

        private Subscription redactedBy(Redaction redaction) {
            var request = resubscribeRequest == null ? null : resubscribeRequest.erased();
            return new Subscription(status, since, reason, redaction.apply(comment), via, cause, position, request);
        }
    }

    /** A pending request to let the person be e-mailed again. */
    record ResubscribeRequest(Evidence evidence, Instant requestedAt, ActorView requestedBy) {

        private ResubscribeRequest erased() {
            return new ResubscribeRequest(
                    new Evidence(evidence.dateOfConsent(), Erased.TEXT, Erased.TEXT, Erased.text(evidence.reference())),
                    requestedAt,
                    requestedBy);
        }
    }

    /**
     * The document after one more event. An event that the document already contains changes nothing.
     *
     * @param document null before the first event
     * @throws IllegalStateException if an event in between is missing
     */
    static PersonDocument evolve(@Nullable PersonDocument document, Recorded<? extends PersonEvent> recorded) {
        if (document == null) {
            if (recorded.sequence() == 0 && recorded.event() instanceof PersonRegistered registered) {
                return begin(registered, recorded);
            }
            throw new IllegalStateException("The history of " + recorded.stream() + " lacks its first event");
        }
        if (recorded.sequence() < document.version) {
            return document;
        }
        if (recorded.sequence() > document.version) {
            throw new IllegalStateException(
                    "The history of " + recorded.stream() + " lacks the event " + document.version);
        }
        return document.after(recorded);
    }

    private static Instant happenedAt(Recorded<? extends PersonEvent> recorded) {
        return recorded.event().at().truncatedTo(MICROS);
    }

    private static PersonDocument begin(PersonRegistered registered, Recorded<? extends PersonEvent> recorded) {
        return new PersonDocument(
                registered.personId(),
                recorded.version(),
                registered.contact(),
                recorded.recordedAt(),
                recorded.recordedAt(),
                recorded.actor(),
                recorded.position(),
                null,
                StatedSource.by(registered.source(), recorded),
                Subscription.subscribed(happenedAt(recorded), null, recorded.position()),
                false);
    }

    private PersonDocument after(Recorded<? extends PersonEvent> recorded) {
        var at = happenedAt(recorded);
        var next = switch (recorded.event()) {
            case PersonRegistered again ->
                throw new IllegalStateException("The history has two registrations: " + recorded.stream());
            case ContactDataChanged changed -> with(changedContact(changed), authorization, source, subscription);
            case AuthorizationSet set ->
                with(contact, StatedAuthorization.by(set.authorization(), recorded), source, subscription);
            case SourceSet set -> with(contact, authorization, StatedSource.by(set.source(), recorded), subscription);
            case Unsubscribed event -> with(contact, authorization, source, unsubscribed(event, at, recorded));
            case ResubscribeRequested requested ->
                with(
                        contact,
                        authorization,
                        source,
                        subscription.with(new ResubscribeRequest(requested.evidence(), at, recorded.actor())));
            case ResubscribeApproved approved ->
                with(
                        contact,
                        StatedAuthorization.by(consent(approved.evidence()), recorded),
                        source,
                        Subscription.subscribed(at, recorded.provenance().via(), recorded.position()));
            case ResubscribeRejected rejected -> with(contact, authorization, source, subscription.with(null));
            case EmailAccepted accepted -> this;
            case EmailRefused refused -> this;
            case EmailSent sent -> this;
            case EmailFailed failed -> this;
            case PersonExported exported -> this;
            case SalesforceRecordLinked linked ->
                with(
                        contact.with(ContactField.SALESFORCE_ID, List.of(linked.salesforceId())),
                        authorization,
                        source,
                        subscription);
            case PersonErased event -> erase();
        };
        return next.at(recorded.version(), isUpdate(recorded.event()) ? recorded.recordedAt() : updatedAt);
    }

    private static boolean isUpdate(PersonEvent event) {
        return switch (event) {
            case PersonExported ignored -> false;
            case EmailAccepted ignored -> false;
            case EmailRefused ignored -> false;
            case EmailSent ignored -> false;
            case EmailFailed ignored -> false;
            default -> true;
        };
    }

    private ContactData changedContact(ContactDataChanged changed) {
        var next = contact;
        for (var change : changed.changes()) {
            next = next.with(change.field(), change.to());
        }
        return next;
    }

    private Subscription unsubscribed(Unsubscribed event, Instant at, Recorded<?> recorded) {
        if (subscription.isUnsubscribed() && event.cause() == UnsubscribeCause.ADDRESS_ADDED) {
            return subscription; // the same opt-out covers a further address
        }
        return new Subscription(
                SubscriptionStatus.UNSUBSCRIBED,
                at,
                event.reason(),
                event.comment(),
                recorded.provenance().via(),
                event.cause(),
                recorded.position(),
                null);
    }

    private static Authorization consent(Evidence evidence) {
        return Authorization.consent(evidence.dateOfConsent(), evidence.purposeOfProcessing());
    }

    /**
     * The state that remains after the erasure: the existence of the person, the type of the legal basis, and the
     * opt-out.
     */
    private PersonDocument erase() {
        Redaction removal = text -> null;
        return with(
                        ContactData.NONE,
                        authorization == null ? null : authorization.redactedBy(removal),
                        source.redactedBy(removal),
                        subscription.redactedBy(removal).with(null))
                .markErased();
    }

    /**
     * This past state as it may be shown after a later erasure. Every personal value becomes a placeholder, also when a
     * copy of the key would still allow to read it.
     */
    PersonDocument erasedSince() {
        var redacted = contact;
        for (var field : ContactField.values()) {
            if (!redacted.values(field).isEmpty()) {
                redacted = redacted.with(field, Erased.TEXTS);
            }
        }
        return with(
                        redacted,
                        authorization == null ? null : authorization.redactedBy(Erased::text),
                        source.redactedBy(Erased::text),
                        subscription.redactedBy(Erased::text))
                .markErased();
    }

    private PersonDocument with(
            ContactData newContact,
            @Nullable StatedAuthorization newAuthorization,
            StatedSource newSource,
            Subscription newSubscription) {
        return new PersonDocument(
                personId,
                version,
                newContact,
                createdAt,
                updatedAt,
                createdBy,
                createdPosition,
                newAuthorization,
                newSource,
                newSubscription,
                erased);
    }

    private PersonDocument at(long newVersion, Instant updated) {
        return new PersonDocument(
                personId,
                newVersion,
                contact,
                createdAt,
                updated,
                createdBy,
                createdPosition,
                authorization,
                source,
                subscription,
                erased);
    }

    private PersonDocument markErased() {
        return new PersonDocument(
                personId,
                version,
                contact,
                createdAt,
                updatedAt,
                createdBy,
                createdPosition,
                authorization,
                source,
                subscription,
                true);
    }

    /** Replaces a personal text. */
    private interface Redaction {
        @Nullable
        String apply(@Nullable String text);
    }
}
