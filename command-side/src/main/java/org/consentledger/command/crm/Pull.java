package org.consentledger.command.crm;

import static java.util.Objects.requireNonNull;

import jakarta.validation.Validator;
import java.time.Clock;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.consentledger.command.crm.SyncDecision.Action;
import org.consentledger.command.crm.SyncDecision.Reason;
import org.consentledger.command.crm.SyncDecision.Winner;
import org.consentledger.command.crm.SyncJournal.Outcome;
import org.consentledger.command.crm.SyncRecord.Gone;
import org.consentledger.command.form.ContactDataRequest;
import org.consentledger.command.pipeline.Pipeline;
import org.consentledger.command.pipeline.Request;
import org.consentledger.command.pipeline.Retry;
import org.consentledger.command.pipeline.WorkOutcome;
import org.consentledger.command.registers.Registers;
import org.consentledger.command.work.RegisterOrComplete;
import org.consentledger.foundation.privacy.LookupHash;
import org.consentledger.kernel.person.ContactData;
import org.consentledger.kernel.person.ContactField;
import org.consentledger.kernel.person.PersonId;
import org.consentledger.kernel.person.SalesforceId;
import org.consentledger.kernel.person.Source;
import org.consentledger.kernel.person.SourceType;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Reads changed records from Salesforce and applies them to the ledger.
 *
 * <p>Records are applied in the order of their changes, in batches of {@value #BATCH_SIZE}. Each batch and the
 * watermark are committed in one transaction, so an interrupted run continues after its last batch.
 */
final class Pull {

    private static final int BATCH_SIZE = 250;

    private final SalesforceSettings settings;
    private final SalesforceClient client;
    private final Soql soql;
    private final SyncState state;
    private final SyncRecords records;
    private final SyncJournal journal;
    private final SyncedPersonReader personReader;
    private final Pipeline pipeline;
    private final Registers registers;
    private final LookupHash hash;
    private final Validator validator;
    private final TransactionTemplate transaction;
    private final Clock clock;

    Pull(
            SalesforceSettings settings,
            SalesforceClient client,
            SyncState state,
            SyncRecords records,
            SyncJournal journal,
            SyncedPersonReader personReader,
            Pipeline pipeline,
            Registers registers,
            LookupHash hash,
            Validator validator,
            TransactionTemplate transaction,
            Clock clock) {
        this.settings = settings;
        this.client = client;
        this.soql = new Soql(settings);
        this.state = state;
        this.records = records;
        this.journal = journal;
        this.personReader = personReader;
        this.pipeline = pipeline;
        this.registers = registers;
        this.hash = hash;
        this.validator = validator;
        this.transaction = transaction;
        this.clock = clock;
    }

    /** Receives the progress of a pull after each batch. */
    interface Progress {

        /** Adds the number of records read, and the number of events recorded because of them. */
        void add(int records, int events);
    }

    /** Reads and applies all records that changed since the watermarks. */
    void run(UUID run, Progress progress) {
        for (var type : settings.objects()) {
            var page =
                    client.query(soql.changesAfter(type, state.watermark(type).orElse(null)));
            var readAt = page.readAt();
            while (true) {
                var changed =
                        page.records().stream().map(row -> soql.read(type, row)).toList();
                for (var from = 0; from < changed.size(); from += BATCH_SIZE) {
                    var batch = changed.subList(from, Math.min(from + BATCH_SIZE, changed.size()));
                    progress.add(batch.size(), apply(batch, run, readAt));
                }
                if (page.next() == null) {
                    break;
                }
                page = client.next(page.next());
            }
        }
    }

    /**
     * Reads some records by their ids and applies their current state. The watermark stays where it is.
     *
     * @return the hashes of the records that Salesforce found
     */
    Set<String> refresh(RecordType type, List<String> ids, @Nullable UUID run) {
        var found = new HashSet<String>();
        var page = client.query(soql.byId(type, ids));
        while (true) {
            var now = page.records().stream().map(row -> soql.read(type, row)).toList();
            now.forEach(record -> found.add(hash.ofSalesforceId(record.id())));
            apply(now, run, null);
            if (page.next() == null) {
                return found;
            }
            page = client.next(page.next());
        }
    }

    /**
     * Applies a batch in one transaction, and retries it after a conflict.
     *
     * @param readAt the time of the query if it was ordered by change: then the watermark moves too; null otherwise
     */
    private int apply(List<SalesforceRecord> changed, @Nullable UUID run, @Nullable Instant readAt) {
        return Retry.onConflict(() -> requireNonNull(transaction.execute(status -> {
            var recorded = new RecordBatch(run).apply(changed);
            if (readAt != null && !changed.isEmpty()) {
                var type = changed.getLast().type();
                state.watermark(
                        type,
                        Watermark.after(
                                state.watermark(type).orElse(null), changed.getLast(), readAt, settings.overlap()));
            }
            return recorded;
        })));
    }

    /** One batch of records, which is applied in one transaction. */
    private final class RecordBatch {

        private final @Nullable UUID run;
        private final Instant at = clock.instant();
        private final Map<String, SyncRecord> rows = new LinkedHashMap<>();

        /** Hashes of the addresses that this batch registered; the index was read earlier and lacks them. */
        private final Set<String> newPeopleAddresses = new HashSet<>();

        /** Hashes of records whose address the sync has not read before. */
        private final Set<String> newAddresses = new HashSet<>();

        RecordBatch(@Nullable UUID run) {
            this.run = run;
        }

        int apply(List<SalesforceRecord> changed) {
            lock(changed);
            var changes = changed.stream()
                    .filter(record -> !row(record).matches(record))
                    .toList();
            if (changes.isEmpty()) {
                return 0;
            }
            var index = registers.lock(
                    changes.stream()
                            .flatMap(record -> record.contact().emails().stream())
                            .toList(),
                    changes.stream()
                            .flatMap(record -> record.successor() == null
                                    ? Stream.of(record.id())
                                    : Stream.of(record.id(), record.successor()))
                            .toList());
            var plan = new SyncPlan(settings, run, clock.getZone(), at);
            var recorded = identify(changes, index, plan);
            recorded += decide(changes, index, plan);
            records.save(rows.values());
            return recorded;
        }

        private void lock(List<SalesforceRecord> changed) {
            var hashes = new LinkedHashSet<String>();
            for (var record : changed) {
                hashes.add(hash.ofSalesforceId(record.id()));
                if (record.successor() != null) {
                    hashes.add(hash.ofSalesforceId(record.successor()));
                }
            }
            rows.putAll(records.lock(hashes));
        }

        private SyncRecord row(SalesforceRecord record) {
            return row(record.id(), record.type());
        }

        private SyncRecord row(String id, RecordType type) {
            return rows.computeIfAbsent(hash.ofSalesforceId(id), key -> new SyncRecord(key, type));
        }

        /** Finds the person of each record. Registers a person for each record that has none, if import is on. */
        private int identify(List<SalesforceRecord> changes, Registers.LockedIdentities index, SyncPlan plan) {
            for (var record : changes) {
                var row = row(record);
                if (row.isNewAddress(addressOf(record))) {
                    newAddresses.add(row.hash);
                }
                row.update(record, addressOf(record));
                var holder = row.person == null || row.gone == Gone.ERASED ? holderOf(record, index) : null;
                if (holder != null) {
                    row.assignTo(holder, record.id());
                    row.update(
                            record, addressOf(record)); // Again, because the row is no longer that of an erased person
                }
            }
            // Before the registrations: the successor of a record belongs to the same person, not to a new one
            changes.stream().filter(SalesforceRecord::isGone).forEach(this::assignSuccessor);
            var unknown = settings.importNew()
                    ? changes.stream()
                            .filter(record -> row(record).person == null && row(record).gone == null)
                            .toList()
                    : List.<SalesforceRecord>of();
            if (unknown.isEmpty()) {
                return 0;
            }
            var outcomes = pipeline.carryOut(
                    Request.all(unknown.stream().map(this::registration).toList(), SyncPlan.provenance(run)));
            var registered = 0;
            for (var number = 0; number < unknown.size(); number++) {
                var record = unknown.get(number);
                var row = row(record);
                switch (outcomes.get(number)) {
                    case WorkOutcome.Changed changed -> {
                        registered++;
                        row.assignTo(personIn(changed), record.id());
                        record.contact()
                                .emails()
                                .forEach(email -> newPeopleAddresses.add(
                                        index.hashOf(email).value()));
                        plan.note(row, null, Winner.THEIRS, Reason.NEW_THERE, Outcome.RECORDED);
                    }
                    case WorkOutcome.Unchanged unchanged -> row.assignTo(personIn(unchanged), record.id());
                    case WorkOutcome.Refused refused -> plan.refused(row, refused.rejection());
                }
            }
            return registered;
        }

        private void assignSuccessor(SalesforceRecord record) {
            var row = row(record);
            if (record.successor() != null && row.person != null && row.gone != Gone.ERASED) {
                var next = successorOf(record);
                if (next.person == null && next.gone == null) {
                    next.assignTo(row.person, record.successor());
                    next.agreed = row.agreed;
                }
            }
        }

        private SyncRecord successorOf(SalesforceRecord record) {
            return row(requireNonNull(record.successor()), record.converted() ? RecordType.CONTACT : record.type());
        }

        private @Nullable PersonId holderOf(SalesforceRecord record, Registers.LockedIdentities index) {
            var holder = index.holderOfSalesforceId(record.id());
            for (var email : record.contact().emails()) {
                holder = holder == null ? index.holderOfAddress(index.hashOf(email)) : holder;
            }
            return holder;
        }

        private static PersonId personIn(WorkOutcome outcome) {
            return requireNonNull(outcome.answer()).personId();
        }

        private RegisterOrComplete registration(SalesforceRecord record) {
            var contact = record.contact();
            if (!validator.validate(ContactDataRequest.of(contact)).isEmpty()) {
                // Drops invalid contact data, except for the address and the id, which identify the person
                contact = ContactData.NONE
                        .with(ContactField.EMAILS, contact.emails())
                        .with(ContactField.SALESFORCE_ID, List.of(record.id()));
            }
            return new RegisterOrComplete(contact, true, Source.of(SourceType.CRM_SYNC), null, at);
        }

        private int decide(List<SalesforceRecord> changes, Registers.LockedIdentities index, SyncPlan plan) {
            var owners = new HashSet<PersonId>();
            rows.values().stream()
                    .map(row -> row.person)
                    .filter(Objects::nonNull)
                    .forEach(owners::add);
            var now = personReader.read(owners);
            for (var record : changes) {
                var row = row(record);
                var person = row.gone == Gone.ERASED ? null : row.person;
                var ours = person == null ? SyncedPerson.EMPTY : now.get(person);
                if (ours == null) {
                    row.modstamp = null; // Decided when the record is read again and the events are readable
                    continue;
                }
                row.resetRetries();
                var action = person == null ? Action.OPT_OUT_HERE : plan.decide(row, person, ours);
                if (person != null && !ours.erased()) {
                    follow(record, row, person, ours, plan);
                }
                if (record.isGone()) {
                    row.cancelPush(); // Otherwise it would be written, refused and read again in an endless loop
                }
                // An opt-out that we wrote ourselves doesn't cover an address that only Salesforce has
                var isNewOptOut = action == Action.OPT_OUT_HERE
                        || ours.erased()
                        || (action == Action.NOTHING && newAddresses.contains(row.hash));
                if (record.optedOut() && isNewOptOut) {
                    coverAddress(record, row, index, plan);
                }
            }
            return plan.execute(pipeline, journal);
        }

        /** Links the person to their record in Salesforce, or to the successor of a converted or merged record. */
        private void follow(
                SalesforceRecord record, SyncRecord row, PersonId person, SyncedPerson ours, SyncPlan plan) {
            var linked = ours.contact().salesforceId();
            if (record.successor() != null && record.isGone()) {
                var next = successorOf(record);
                if (person.equals(next.person)) {
                    if (linked == null || isSameRecord(linked, record.id())) {
                        plan.link(next, person, record.successor());
                    }
                    plan.decide(next, person, ours);
                }
                plan.note(row, ours.subscription(), Winner.NEITHER, Reason.BECAME_ANOTHER_RECORD, Outcome.NOTED);
            } else if (record.isGone()) {
                plan.note(row, ours.subscription(), Winner.NEITHER, Reason.DELETED_THERE, Outcome.NOTED);
            } else if (linked == null) {
                plan.link(row, person, record.id());
            }
        }

        /**
         * Applies an opt-out in Salesforce to the current address of the record too. If another person has the address
         * here, that person is opted out; if no person has it, the address is suppressed.
         */
        private void coverAddress(
                SalesforceRecord record, SyncRecord row, Registers.LockedIdentities index, SyncPlan plan) {
            for (var email : record.contact().emails()) {
                var address = index.hashOf(email);
                if (!index.isSuppressed(address)) {
                    var holder = index.holderOfAddress(address);
                    if (holder != null && !holder.equals(row.person)) {
                        plan.optOutHolder(row, holder, address);
                    } else if (holder == null && !newPeopleAddresses.contains(address.value())) {
                        plan.suppress(row, address);
                    }
                }
            }
        }

        private @Nullable String addressOf(SalesforceRecord record) {
            return record.contact().emails().stream()
                    .map(email -> hash.ofEmail(email).value())
                    .findFirst()
                    .orElse(null);
        }
    }

    private static boolean isSameRecord(String one, String other) {
        return SalesforceId.comparable(one).equals(SalesforceId.comparable(other));
    }
}
