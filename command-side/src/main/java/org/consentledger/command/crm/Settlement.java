package org.consentledger.command.crm;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.consentledger.command.address.AddressSuppressor;
import org.consentledger.command.crm.SalesforceSettings.Conflicts;
import org.consentledger.command.crm.SyncDecision.Action;
import org.consentledger.command.crm.SyncDecision.Reason;
import org.consentledger.command.crm.SyncDecision.Winner;
import org.consentledger.command.crm.SyncJournal.Direction;
import org.consentledger.command.crm.SyncJournal.Entry;
import org.consentledger.command.crm.SyncJournal.Outcome;
import org.consentledger.command.person.ChunkHandler;
import org.consentledger.command.person.ChunkItem;
import org.consentledger.command.person.ChunkOutcome;
import org.consentledger.kernel.person.AddressHash;
import org.consentledger.kernel.person.CommandRejected;
import org.consentledger.kernel.person.CommandRejected.Rule;
import org.consentledger.kernel.person.Evidence;
import org.consentledger.kernel.person.PersonCommand;
import org.consentledger.kernel.person.PersonCommand.LinkSalesforceRecord;
import org.consentledger.kernel.person.PersonCommand.RequestResubscribe;
import org.consentledger.kernel.person.PersonCommand.Unsubscribe;
import org.consentledger.kernel.person.PersonId;
import org.consentledger.kernel.person.SubscriptionStatus;
import org.consentledger.kernel.provenance.Actor;
import org.consentledger.kernel.provenance.Provenance;
import org.consentledger.kernel.provenance.Via;
import org.jspecify.annotations.Nullable;

/**
 * What is decided about some records in one transaction: what is to be done here is collected and then done as one
 * chunk, what is to be done there is noted on the record.
 */
final class Settlement {

    static final Actor SALESFORCE = new Actor("salesforce", "Salesforce Sync", List.of());

    private final SalesforceSettings settings;
    private final @Nullable UUID run;
    private final Instant at;
    private final List<Planned> planned = new ArrayList<>();
    private final Set<AddressHash> suppressed = new LinkedHashSet<>();
    private final Set<PersonId> linked = new HashSet<>();
    private final List<Entry> entries = new ArrayList<>();

    /** @param entry the line for it, none where it is not worth one; its outcome is put right afterwards */
    private record Planned(PersonCommand command, @Nullable Entry entry) {}

    Settlement(SalesforceSettings settings, @Nullable UUID run, Instant at) {
        this.settings = settings;
        this.run = run;
        this.at = at;
    }

    static Provenance provenance(@Nullable UUID run) {
        return new Provenance(
                SALESFORCE, Via.CRM_SYNC, run == null ? UUID.randomUUID().toString() : run.toString(), null);
    }

    /** Decides about the record of somebody, and says what. */
    Action decide(SyncRecord record, PersonId person, Standing ours) {
        if (ours.erased()) {
            return Action.NOTHING;
        }
        var theirs = record.theirs;
        if (theirs == null) {
            if (ours.isUnsubscribed()) {
                write(record, true, Reason.OPT_OUT_MISSING_AT_FIRST_MEETING);
                return Action.OPT_OUT_THERE;
            }
            record.dropPush();
            return Action.NOTHING;
        }
        var decision = SyncDecision.decide(ours.subscription(), theirs, record.changedLast(ours), record.agreed);
        switch (decision.action()) {
            case NOTHING -> record.agreeOn(theirs);
            case OPT_OUT_HERE -> {
                record.agreeOn(true);
                plan(
                        new Unsubscribe(person, null, null, null, at),
                        entry(record, Direction.PULL, ours.subscription(), decision, Outcome.RECORDED));
            }
            case OPT_OUT_THERE -> {
                write(record, true, decision.reason());
                if (decision.isConflict() && settings.conflicts() == Conflicts.REQUEST_RESUBSCRIBE) {
                    plan(
                            new RequestResubscribe(person, evidenceIn(record), at),
                            entry(record, Direction.PULL, ours.subscription(), decision, Outcome.ASKED));
                }
            }
            case OPT_IN_THERE -> write(record, false, decision.reason());
        }
        return decision.action();
    }

    private static void write(SyncRecord record, boolean optedOut, Reason reason) {
        if (record.gone == null) {
            record.toWrite(optedOut, reason);
        } else {
            record.dropPush();
        }
    }

    private Evidence evidenceIn(SyncRecord record) {
        var lifted = record.modstamp == null ? at : record.modstamp;
        return new Evidence(
                LocalDate.ofInstant(lifted, ZoneOffset.UTC),
                "E-mail",
                "%s was unchecked in Salesforce".formatted(settings.optOutField()),
                "Salesforce %s %s".formatted(record.type.apiName(), record.id));
    }

    /** The record is the person's from now on, also in the ledger. */
    void link(SyncRecord record, PersonId person, String recordId) {
        if (linked.add(person)) {
            plan(new LinkSalesforceRecord(person, recordId, at), null);
        }
    }

    /** An address that nobody has, in a record that says "opted out". */
    void suppress(SyncRecord record, AddressHash address) {
        if (suppressed.add(address)) {
            note(record, null, Winner.THEIRS, Reason.ADDRESS_OPTED_OUT_THERE, Outcome.RECORDED);
        }
    }

    /** An address that somebody else has than the record is of. */
    void optOutHolder(SyncRecord record, PersonId holder, AddressHash address) {
        plan(
                new Unsubscribe(holder, null, null, address, at),
                line(
                        record,
                        Direction.PULL,
                        holder,
                        null,
                        Winner.THEIRS,
                        Reason.ADDRESS_OPTED_OUT_THERE,
                        Outcome.RECORDED,
                        null));
    }

    void note(SyncRecord record, @Nullable SubscriptionStatus ours, Winner winner, Reason reason, Outcome outcome) {
        entries.add(line(record, Direction.PULL, record.person, ours, winner, reason, outcome, null));
    }

    /** Somebody new there who could not be taken in. */
    void refused(SyncRecord record, CommandRejected rejection) {
        entries.add(line(
                record,
                Direction.PULL,
                null,
                null,
                Winner.NEITHER,
                Reason.NEW_THERE,
                Outcome.REFUSED,
                rejection.rule().name()));
    }

    /** What came of a value that was to be written there. */
    void pushed(SyncRecord record, boolean optedOut, @Nullable String error) {
        entries.add(line(
                record,
                Direction.PUSH,
                record.person,
                optedOut ? SubscriptionStatus.UNSUBSCRIBED : SubscriptionStatus.SUBSCRIBED,
                Winner.OURS,
                record.pushReason == null ? Reason.OPTED_OUT_HERE : record.pushReason,
                error == null
                        ? Outcome.WRITTEN
                        : record.refusals < SyncRecords.MOST_REFUSALS ? Outcome.REFUSED : Outcome.SET_ASIDE,
                error));
    }

    private void plan(PersonCommand command, @Nullable Entry entry) {
        planned.add(new Planned(command, entry));
    }

    private Entry entry(
            SyncRecord record, Direction direction, SubscriptionStatus ours, SyncDecision decision, Outcome outcome) {
        return line(record, direction, record.person, ours, decision.winner(), decision.reason(), outcome, null);
    }

    private Entry line(
            SyncRecord record,
            Direction direction,
            @Nullable PersonId person,
            @Nullable SubscriptionStatus ours,
            Winner winner,
            Reason reason,
            Outcome outcome,
            @Nullable String detail) {
        return new Entry(
                run,
                direction,
                person,
                record.type,
                record.lastingId(),
                settings.optOutField(),
                ours,
                record.theirs,
                record.modstamp,
                winner,
                reason,
                outcome,
                detail);
    }

    /** Does what is to be done here, and writes the journal; says how many facts were recorded. */
    int carryOut(ChunkHandler people, AddressSuppressor addresses, SyncJournal journal) {
        var provenance = provenance(run);
        var outcomes = planned.isEmpty()
                ? List.<ChunkOutcome>of()
                : people.handle(
                        planned.stream()
                                .map(one -> new ChunkItem.Single(one.command()))
                                .toList(),
                        provenance);
        var recorded = suppressed.size();
        for (var number = 0; number < outcomes.size(); number++) {
            var entry = planned.get(number).entry();
            switch (outcomes.get(number)) {
                case ChunkOutcome.Changed ignored -> {
                    recorded++;
                    add(entry, null);
                }
                case ChunkOutcome.Unchanged ignored -> {}
                case ChunkOutcome.Refused refused ->
                    add(entry, refused.rejection().rule());
            }
        }
        addresses.suppress(suppressed, at, provenance);
        journal.add(entries);
        return recorded;
    }

    /** Writes the journal where nothing is to be done here. */
    void writeJournal(SyncJournal journal) {
        journal.add(entries);
    }

    private void add(@Nullable Entry entry, @Nullable Rule refusal) {
        if (entry != null) {
            entries.add(
                    refusal == null
                            ? entry
                            : new Entry(
                                    entry.run(),
                                    entry.direction(),
                                    entry.person(),
                                    entry.type(),
                                    refusal == Rule.PERSON_ERASED ? null : entry.recordId(),
                                    entry.field(),
                                    entry.ours(),
                                    entry.theirsOptedOut(),
                                    entry.theirModstamp(),
                                    entry.winner(),
                                    entry.reason(),
                                    Outcome.REFUSED,
                                    refusal.name()));
        }
    }
}
