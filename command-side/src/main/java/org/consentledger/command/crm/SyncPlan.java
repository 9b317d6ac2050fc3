package org.consentledger.command.crm;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.consentledger.command.crm.SalesforceSettings.Conflicts;
import org.consentledger.command.crm.SyncDecision.Action;
import org.consentledger.command.crm.SyncDecision.Reason;
import org.consentledger.command.crm.SyncDecision.Winner;
import org.consentledger.command.crm.SyncJournal.Direction;
import org.consentledger.command.crm.SyncJournal.Entry;
import org.consentledger.command.crm.SyncJournal.Outcome;
import org.consentledger.command.pipeline.Pipeline;
import org.consentledger.command.pipeline.Request;
import org.consentledger.command.pipeline.WorkOutcome;
import org.consentledger.command.work.OptOut;
import org.consentledger.command.work.SingleCommand;
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
 * Changes that follow from the decisions about the records of one transaction. Commands for the ledger are collected
 * and handled together by {@link #execute}; a write to Salesforce is scheduled in the row of the record.
 */
final class SyncPlan {

    static final Actor SALESFORCE = new Actor("salesforce", "Salesforce Sync", List.of());

    private final SalesforceSettings settings;
    private final @Nullable UUID run;
    private final ZoneId zone;
    private final Instant at;
    private final List<Planned> planned = new ArrayList<>();
    private final Set<AddressHash> suppressed = new LinkedHashSet<>();
    private final Set<PersonId> linked = new HashSet<>();
    private final List<Entry> entries = new ArrayList<>();

    /** @param entry line for the journal, or null for none; a refusal of the command replaces its outcome */
    private record Planned(PersonCommand command, @Nullable Entry entry) {}

    SyncPlan(SalesforceSettings settings, @Nullable UUID run, ZoneId zone, Instant at) {
        this.settings = settings;
        this.run = run;
        this.zone = zone;
        this.at = at;
    }

    static Provenance provenance(@Nullable UUID run) {
        return new Provenance(
                SALESFORCE, Via.CRM_SYNC, run == null ? UUID.randomUUID().toString() : run.toString(), null);
    }

    /** Decides about the record of a person, plans the change, and returns it. */
    Action decide(SyncRecord record, PersonId person, SyncedPerson ours) {
        if (ours.erased()) {
            return Action.NOTHING;
        }
        var theirs = record.theirs;
        if (theirs == null) {
            if (ours.isUnsubscribed()) {
                schedulePush(record, true, Reason.OPT_OUT_MISSING_AT_FIRST_MEETING);
                return Action.OPT_OUT_THERE;
            }
            record.cancelPush();
            return Action.NOTHING;
        }
        var decision = SyncDecision.decide(ours.subscription(), theirs, record.changedLast(ours), record.agreed);
        switch (decision.action()) {
            case NOTHING -> record.agree(theirs);
            case OPT_OUT_HERE -> {
                record.agree(true);
                plan(
                        new Unsubscribe(person, null, null, null, at),
                        entry(record, Direction.PULL, ours.subscription(), decision, Outcome.RECORDED));
            }
            case OPT_OUT_THERE -> {
                schedulePush(record, true, decision.reason());
                if (decision.isConflict() && settings.conflicts() == Conflicts.REQUEST_RESUBSCRIBE) {
                    plan(
                            new RequestResubscribe(person, evidenceIn(record), zone, at),
                            entry(record, Direction.PULL, ours.subscription(), decision, Outcome.ASKED));
                }
            }
            case OPT_IN_THERE -> schedulePush(record, false, decision.reason());
        }
        return decision.action();
    }

    private static void schedulePush(SyncRecord record, boolean optedOut, Reason reason) {
        if (record.gone == null) {
            record.schedulePush(optedOut, reason);
        } else {
            record.cancelPush();
        }
    }

    private Evidence evidenceIn(SyncRecord record) {
        var lifted = record.modstamp == null ? at : record.modstamp;
        return new Evidence(
                LocalDate.ofInstant(lifted, zone),
                "E-mail",
                "%s was unchecked in Salesforce".formatted(settings.optOutField()),
                "Salesforce %s %s".formatted(record.type.apiName(), record.id));
    }

    /** Plans the command that links the person to the record, at most one per person. */
    void link(SyncRecord record, PersonId person, String recordId) {
        if (linked.add(person)) {
            plan(new LinkSalesforceRecord(person, recordId, at), null);
        }
    }

    /** Plans the suppression of the address of an opted-out record, if no person has that address. */
    void suppress(SyncRecord record, AddressHash address) {
        if (suppressed.add(address)) {
            note(record, null, Winner.THEIRS, Reason.ADDRESS_OPTED_OUT_THERE, Outcome.RECORDED);
        }
    }

    /** Plans the opt-out of a person who has the address of an opted-out record that is not their own. */
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

    /** Adds a line about a new person whose registration was refused. */
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

    /** Adds a line about the result of a write to Salesforce. */
    void notePush(SyncRecord record, boolean optedOut, @Nullable String error) {
        entries.add(line(
                record,
                Direction.PUSH,
                record.person,
                optedOut ? SubscriptionStatus.UNSUBSCRIBED : SubscriptionStatus.SUBSCRIBED,
                Winner.OURS,
                record.pushReason == null ? Reason.OPTED_OUT_HERE : record.pushReason,
                error == null
                        ? Outcome.WRITTEN
                        : record.refusals < SyncRecords.MAX_REFUSALS ? Outcome.REFUSED : Outcome.SET_ASIDE,
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
                record.journalId(),
                settings.optOutField(),
                ours,
                record.theirs,
                record.modstamp,
                winner,
                reason,
                outcome,
                detail);
    }

    /** Handles the commands, suppresses the addresses and writes the journal. Returns the number of recorded events. */
    int execute(Pipeline pipeline, SyncJournal journal) {
        var work = Stream.concat(
                        planned.stream().map(one -> new SingleCommand(one.command())),
                        suppressed.stream().map(address -> OptOut.of(address, null, null, at)))
                .toList();
        var outcomes = work.isEmpty() ? List.<WorkOutcome>of() : pipeline.carryOut(Request.all(work, provenance(run)));
        var recorded = suppressed.size();
        for (var number = 0; number < planned.size(); number++) {
            var entry = planned.get(number).entry();
            switch (outcomes.get(number)) {
                case WorkOutcome.Changed ignored -> {
                    recorded++;
                    add(entry, null);
                }
                case WorkOutcome.Unchanged ignored -> {}
                case WorkOutcome.Refused refused ->
                    add(entry, refused.rejection().rule());
            }
        }
        journal.add(entries);
        return recorded;
    }

    /** Writes the journal only, for a plan without commands. */
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
