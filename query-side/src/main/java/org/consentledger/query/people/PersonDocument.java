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
 * All that is known of a person after some number of events. The live projection, the rebuild and every look into the
 * past fold with {@link #evolve}, so they can't disagree.
 *
 * @param version the number of events folded in; what makes a redelivered event harmless
 * @param updatedAt when the last change was recorded; neither an export nor a mail changes anything
 * @param createdPosition where in the ledger the person begins
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

    /** The legal basis, and who stated it when. */
    record StatedAuthorization(Authorization authorization, Instant setAt, ActorView setBy, long position) {

        static StatedAuthorization by(Authorization authorization, Recorded<? extends PersonEvent> recorded) {
            return new StatedAuthorization(authorization, happenedAt(recorded), recorded.actor(), recorded.position());
        }

        private StatedAuthorization under(Veil veil) {
            return new StatedAuthorization(
                    new Authorization(
                            authorization.type(),
                            authorization.dateOfConsent(),
                            veil.over(authorization.purposeOfProcessing()),
                            veil.over(authorization.description())),
                    setAt,
                    setBy,
                    position);
        }
    }

    /** How the data entered the ledger, and who stated it when. */
    record StatedSource(Source source, Instant setAt, ActorView setBy, long position) {

        static StatedSource by(Source source, Recorded<? extends PersonEvent> recorded) {
            return new StatedSource(source, happenedAt(recorded), recorded.actor(), recorded.position());
        }

        private StatedSource under(Veil veil) {
            return new StatedSource(new Source(source.type(), veil.over(source.description())), setAt, setBy, position);
        }
    }

    /**
     * Whether the person may be e-mailed as far as their own will goes.
     *
     * @param position the fact that made it so
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

        private Subscription under(Veil veil) {
            var request = resubscribeRequest == null ? null : resubscribeRequest.erased();
            return new Subscription(status, since, reason, veil.over(comment), via, cause, position, request);
        }
    }

    /** A request, not decided yet, to let the person be e-mailed again. */
    record ResubscribeRequest(Evidence evidence, Instant requestedAt, ActorView requestedBy) {

        private ResubscribeRequest erased() {
            return new ResubscribeRequest(
                    new Evidence(evidence.dateOfConsent(), Erased.TEXT, Erased.TEXT, Erased.text(evidence.reference())),
                    requestedAt,
                    requestedBy);
        }
    }

    /**
     * The document after one more event. An event that was folded in before changes nothing.
     *
     * @param document none before the first event
     * @throws IllegalStateException if an event between is missing
     */
    static PersonDocument evolve(@Nullable PersonDocument document, Recorded<? extends PersonEvent> recorded) {
        if (document == null) {
            if (recorded.sequence() == 0 && recorded.event() instanceof PersonRegistered registered) {
                return begin(registered, recorded);
            }
            throw new IllegalStateException("the history of " + recorded.stream() + " lacks its beginning");
        }
        if (recorded.sequence() < document.version) {
            return document;
        }
        if (recorded.sequence() > document.version) {
            throw new IllegalStateException("the history of " + recorded.stream() + " has a gap");
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
            case PersonRegistered again -> throw new IllegalStateException("registered twice: " + recorded.stream());
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

    /** What stays of a person after the erasure: that there was one, on which basis, and whether they had opted out. */
    private PersonDocument erase() {
        Veil nothing = text -> null;
        return with(
                        ContactData.NONE,
                        authorization == null ? null : authorization.under(nothing),
                        source.under(nothing),
                        subscription.under(nothing).with(null))
                .markErased();
    }

    /**
     * The same person as of now, when they have been erased since: where something personal was, it can't be read, and
     * must not be even where a copy of the key should be left.
     */
    PersonDocument erasedSince() {
        var veiled = contact;
        for (var field : ContactField.values()) {
            if (!veiled.values(field).isEmpty()) {
                veiled = veiled.with(field, Erased.TEXTS);
            }
        }
        return with(
                        veiled,
                        authorization == null ? null : authorization.under(Erased::text),
                        source.under(Erased::text),
                        subscription.under(Erased::text))
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

    /** What is put in place of a personal text. */
    private interface Veil {
        @Nullable
        String over(@Nullable String text);
    }
}
