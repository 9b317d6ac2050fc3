package org.consentledger.query.unsubscribehistory;

import static java.time.temporal.ChronoUnit.MICROS;

import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
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
import org.consentledger.kernel.person.UnsubscribeCause;
import org.consentledger.kernel.person.UnsubscribeReason;
import org.consentledger.kernel.provenance.Via;
import org.consentledger.query.readmodel.ActorView;
import org.consentledger.query.readmodel.Recorded;
import org.jspecify.annotations.Nullable;

/**
 * The opt-outs and opt-ins of a person, oldest first. Rejected and pending requests are in the audit trail, not here.
 *
 * @param version the version of the person after the last event that changed the history; other events leave it as it
 *     is, so that nothing is written for them
 */
record UnsubscribeHistory(PersonId personId, long version, boolean unsubscribed, List<Entry> entries, boolean erased) {

    /** The event types that do not concern subscriptions. */
    static final Set<Class<? extends PersonEvent>> IGNORED_EVENTS = Set.of(
            PersonRegistered.class,
            ContactDataChanged.class,
            AuthorizationSet.class,
            SourceSet.class,
            ResubscribeRequested.class,
            ResubscribeRejected.class,
            EmailAccepted.class,
            EmailRefused.class,
            EmailSent.class,
            EmailFailed.class,
            PersonExported.class,
            SalesforceRecordLinked.class);

    /** Opt-out or opt-in. */
    enum Direction {
        UNSUBSCRIBE("Unsubscribe"),
        RESUBSCRIBE("Resubscribe");

        private final String label;

        Direction(String label) {
            this.label = label;
        }

        String label() {
            return label;
        }
    }

    /** One opt-out, or one opt-in with its evidence. */
    record Entry(
            Instant date,
            Direction direction,
            @Nullable UnsubscribeReason reason,
            @Nullable String comment,
            @Nullable UnsubscribeCause cause,
            Via via,
            ActorView by,
            @Nullable Proof evidence,
            long position) {

        /** The label of the source: the channel for an opt-out, the approver for an opt-in. */
        String source() {
            return direction == Direction.RESUBSCRIBE ? by.name() : via.label();
        }

        private Entry erased() {
            return new Entry(
                    date,
                    direction,
                    reason,
                    null,
                    cause,
                    via,
                    by,
                    evidence == null ? null : new Proof(evidence.dateOfConsent(), null, null, null, null),
                    position);
        }
    }

    /**
     * The evidence of an approved opt-in; after an erasure only its date is left.
     *
     * @param approval the approver's reason
     */
    record Proof(
            LocalDate dateOfConsent,
            @Nullable String purposeOfProcessing,
            @Nullable String givenHow,
            @Nullable String reference,
            @Nullable String approval) {

        static Proof of(Evidence evidence, String approval) {
            return new Proof(
                    evidence.dateOfConsent(),
                    evidence.purposeOfProcessing(),
                    evidence.givenHow(),
                    evidence.reference(),
                    approval);
        }
    }

    UnsubscribeHistory {
        entries = List.copyOf(entries);
    }

    static UnsubscribeHistory blank(PersonId personId) {
        return new UnsubscribeHistory(personId, 0, false, List.of(), false);
    }

    /**
     * The history after one more event. An event that the history already contains changes nothing. Ignored events may
     * be missing in between.
     */
    UnsubscribeHistory evolve(Recorded<? extends PersonEvent> recorded) {
        if (recorded.sequence() < version) {
            return this;
        }
        return switch (recorded.event()) {
            case Unsubscribed event -> unsubscribe(event, recorded);
            case ResubscribeApproved event -> resubscribe(event, recorded);
            case PersonErased event ->
                new UnsubscribeHistory(
                        personId,
                        recorded.version(),
                        unsubscribed,
                        entries.stream().map(Entry::erased).toList(),
                        true);
            case PersonRegistered event -> this;
            case ContactDataChanged event -> this;
            case AuthorizationSet event -> this;
            case SourceSet event -> this;
            case ResubscribeRequested event -> this;
            case ResubscribeRejected event -> this;
            case EmailAccepted event -> this;
            case EmailRefused event -> this;
            case EmailSent event -> this;
            case EmailFailed event -> this;
            case PersonExported event -> this;
            case SalesforceRecordLinked event -> this;
        };
    }

    /** The same history under a later version of the person, whose later events did not change it. */
    UnsubscribeHistory asOf(long later) {
        return new UnsubscribeHistory(personId, later, unsubscribed, entries, erased);
    }

    private UnsubscribeHistory unsubscribe(Unsubscribed event, Recorded<?> recorded) {
        if (unsubscribed && event.cause() == UnsubscribeCause.ADDRESS_ADDED) {
            return this; // the same opt-out covers a further address
        }
        return with(
                recorded.version(),
                true,
                new Entry(
                        event.at().truncatedTo(MICROS),
                        Direction.UNSUBSCRIBE,
                        event.reason(),
                        event.comment(),
                        event.cause(),
                        recorded.provenance().via(),
                        recorded.actor(),
                        null,
                        recorded.position()));
    }

    private UnsubscribeHistory resubscribe(ResubscribeApproved event, Recorded<?> recorded) {
        return with(
                recorded.version(),
                false,
                new Entry(
                        event.at().truncatedTo(MICROS),
                        Direction.RESUBSCRIBE,
                        null,
                        null,
                        null,
                        recorded.provenance().via(),
                        recorded.actor(),
                        Proof.of(event.evidence(), event.reason()),
                        recorded.position()));
    }

    private UnsubscribeHistory with(long newVersion, boolean nowUnsubscribed, Entry entry) {
        var next = new ArrayList<>(entries);
        next.add(entry);
        return new UnsubscribeHistory(personId, newVersion, nowUnsubscribed, next, erased);
    }
}
