package org.consentledger.command.crm;

import static java.util.Objects.requireNonNull;

import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.TrackedEventMessage;
import org.consentledger.command.pipeline.Pipeline;
import org.consentledger.command.pipeline.Retry;
import org.consentledger.foundation.privacy.LookupHash;
import org.consentledger.foundation.store.LedgerEngine;
import org.consentledger.kernel.person.PersonEvent;
import org.consentledger.kernel.person.PersonEvent.ContactDataChanged;
import org.consentledger.kernel.person.PersonEvent.PersonRegistered;
import org.consentledger.kernel.person.PersonEvent.ResubscribeApproved;
import org.consentledger.kernel.person.PersonEvent.SalesforceRecordLinked;
import org.consentledger.kernel.person.PersonEvent.Unsubscribed;
import org.consentledger.kernel.person.PersonId;
import org.consentledger.kernel.person.SalesforceId;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Reads new events of the ledger and schedules the writes to Salesforce that follow from them.
 *
 * <p>A scheduled write is a column of the row in {@code crm_record}, so only the last of several changes to one person
 * is written. The rows and the position in the ledger are committed in one transaction: no event is missed, and none is
 * handled twice. The feed starts at the head of the ledger, and it has no replay.
 */
final class Feed {

    private static final int PAGE = 1000;

    /** Events that can lead to a write. The filter needs only the type, so it decrypts no personal data. */
    private static final Set<Class<? extends PersonEvent>> RELEVANT_EVENTS = Set.of(
            PersonRegistered.class,
            ContactDataChanged.class,
            SalesforceRecordLinked.class,
            Unsubscribed.class,
            ResubscribeApproved.class);

    private final SalesforceSettings settings;
    private final LedgerEngine engine;
    private final SyncState state;
    private final SyncRecords records;
    private final SyncJournal journal;
    private final SyncedPersonReader personReader;
    private final Pipeline pipeline;
    private final LookupHash hash;
    private final TransactionTemplate transaction;
    private final Clock clock;

    Feed(
            SalesforceSettings settings,
            LedgerEngine engine,
            SyncState state,
            SyncRecords records,
            SyncJournal journal,
            SyncedPersonReader personReader,
            Pipeline pipeline,
            LookupHash hash,
            TransactionTemplate transaction,
            Clock clock) {
        this.settings = settings;
        this.engine = engine;
        this.state = state;
        this.records = records;
        this.journal = journal;
        this.personReader = personReader;
        this.pipeline = pipeline;
        this.hash = hash;
        this.transaction = transaction;
        this.clock = clock;
    }

    /** Handles all events up to the head of the ledger. */
    void catchUp() {
        var more = true;
        while (more) {
            more = Retry.onConflict(() -> requireNonNull(transaction.execute(status -> page())));
        }
    }

    /** Handles one page of events. Returns whether there may be another one. */
    private boolean page() {
        var from = state.lockPosition();
        List<TrackedEventMessage<?>> events;
        try (var stream = engine.readEvents(LedgerEngine.tokenAt(from), false)) {
            events = stream.limit(PAGE)
                    .<TrackedEventMessage<?>>map(event -> event)
                    .toList();
        }
        if (events.isEmpty()) {
            return false;
        }
        var changedPeople = new LinkedHashSet<PersonId>();
        for (var event : events) {
            if (event instanceof DomainEventMessage<?> ofPerson && RELEVANT_EVENTS.contains(event.getPayloadType())) {
                changedPeople.add(PersonId.of(ofPerson.getAggregateIdentifier()));
            }
        }
        schedulePushes(changedPeople);
        state.position(LedgerEngine.positionOf(events.getLast().trackingToken()));
        return events.size() == PAGE;
    }

    private void schedulePushes(Set<PersonId> changedPeople) {
        if (changedPeople.isEmpty()) {
            return;
        }
        var byRecord = new LinkedHashMap<String, PersonId>();
        var byAddress = new LinkedHashMap<String, PersonId>();
        var now = personReader.read(changedPeople);
        now.forEach((person, current) -> {
            if (!current.erased()) {
                var linked = current.contact().salesforceId();
                if (linked != null) {
                    byRecord.put(hash.ofSalesforceId(linked), person);
                }
                current.contact()
                        .emails()
                        .forEach(email -> byAddress.put(hash.ofEmail(email).value(), person));
            }
        });
        var rows = records.lockByPeople(changedPeople, byRecord.keySet(), byAddress.keySet());
        var changed = new ArrayList<SyncRecord>();
        var plan = new SyncPlan(settings, null, clock.getZone(), clock.instant());
        addUnreadRecords(byRecord, now, rows);
        for (var row : rows.values()) {
            var person = ownerOf(row, byRecord, byAddress);
            var ours = person == null ? null : now.get(person);
            if (person != null && ours != null && row.gone != SyncRecord.Gone.ERASED && !ours.erased()) {
                plan.decide(row, person, ours);
                row.resetRetries();
                if (row.gone == null && ours.contact().salesforceId() == null && row.id != null) {
                    plan.link(row, person, row.id);
                }
                changed.add(row);
            } else if (person != null && ours == null) {
                row.modstamp = null; // The next pull decides: without a modstamp it treats the record as changed
                changed.add(row);
            }
        }
        plan.execute(pipeline, journal);
        records.save(changed);
    }

    /** Adds rows for records that the sync has not read yet, but whose ids are in the contact data of a person. */
    private static void addUnreadRecords(
            Map<String, PersonId> byRecord, Map<PersonId, SyncedPerson> now, Map<String, SyncRecord> rows) {
        byRecord.forEach((key, person) -> {
            var id = requireNonNull(requireNonNull(now.get(person)).contact().salesforceId());
            var type = typeOf(id);
            if (type != null && !rows.containsKey(key)) {
                var row = new SyncRecord(key, type);
                row.assignTo(person, id);
                rows.put(key, row);
            }
        });
    }

    private static @Nullable PersonId ownerOf(
            SyncRecord row, Map<String, PersonId> byRecord, Map<String, PersonId> byAddress) {
        var named = byRecord.get(row.hash);
        if (named != null && row.id != null) {
            row.assignTo(named, row.id);
        } else if (row.person == null && row.id != null && row.addressHash != null) {
            var holder = byAddress.get(row.addressHash);
            if (holder != null) {
                row.assignTo(holder, row.id);
            }
        }
        return row.person;
    }

    /** Returns the type of a record by the first three characters of its id; null for other types. */
    private static @Nullable RecordType typeOf(String id) {
        if (!SalesforceId.isWellFormed(id)) {
            return null;
        }
        return switch (id.strip().substring(0, 3)) {
            case "003" -> RecordType.CONTACT;
            case "00Q" -> RecordType.LEAD;
            default -> null;
        };
    }
}
