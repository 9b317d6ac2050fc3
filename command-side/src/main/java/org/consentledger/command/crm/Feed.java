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
import org.axonframework.modelling.command.ConcurrencyException;
import org.consentledger.command.address.AddressSuppressor;
import org.consentledger.command.person.ChunkHandler;
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
 * Follows the ledger, and notes on their records what people's opt-outs and opt-ins mean there. What was noted and how
 * far was read are committed together, so that nothing is missed and nothing is noted twice; there is no way to have it
 * read from the start again. Of several changes of one person only the last is left to be written.
 */
final class Feed {

    private static final int PAGE = 1000;

    /** Each lost race means that somebody else's command was carried out. */
    private static final int ATTEMPTS = 20;

    /** What may mean something there. The type tells it, without reading anything personal. */
    private static final Set<Class<? extends PersonEvent>> CONCERNING = Set.of(
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
    private final Standings standings;
    private final ChunkHandler people;
    private final AddressSuppressor addresses;
    private final LookupHash hash;
    private final TransactionTemplate transaction;
    private final Clock clock;

    Feed(
            SalesforceSettings settings,
            LedgerEngine engine,
            SyncState state,
            SyncRecords records,
            SyncJournal journal,
            Standings standings,
            ChunkHandler people,
            AddressSuppressor addresses,
            LookupHash hash,
            TransactionTemplate transaction,
            Clock clock) {
        this.settings = settings;
        this.engine = engine;
        this.state = state;
        this.records = records;
        this.journal = journal;
        this.standings = standings;
        this.people = people;
        this.addresses = addresses;
        this.hash = hash;
        this.transaction = transaction;
        this.clock = clock;
    }

    /** Reads on to the end of the ledger. */
    void catchUp() {
        var overtaken = 0;
        var more = true;
        while (more) {
            try {
                more = requireNonNull(transaction.execute(status -> page()));
            } catch (ConcurrencyException faster) {
                if (++overtaken == ATTEMPTS) {
                    throw faster;
                }
            }
        }
    }

    /** @return whether there may be more */
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
        var concerned = new LinkedHashSet<PersonId>();
        for (var event : events) {
            if (event instanceof DomainEventMessage<?> ofPerson && CONCERNING.contains(event.getPayloadType())) {
                concerned.add(PersonId.of(ofPerson.getAggregateIdentifier()));
            }
        }
        settle(concerned);
        state.position(LedgerEngine.positionOf(events.getLast().trackingToken()));
        return events.size() == PAGE;
    }

    private void settle(Set<PersonId> concerned) {
        if (concerned.isEmpty()) {
            return;
        }
        var byRecord = new LinkedHashMap<String, PersonId>();
        var byAddress = new LinkedHashMap<String, PersonId>();
        var now = standings.of(concerned);
        now.forEach((person, standing) -> {
            if (!standing.erased()) {
                var linked = standing.contact().salesforceId();
                if (linked != null) {
                    byRecord.put(hash.ofSalesforceId(linked), person);
                }
                standing.contact()
                        .emails()
                        .forEach(email -> byAddress.put(hash.ofEmail(email).value(), person));
            }
        });
        var rows = records.lockThoseOf(concerned, byRecord.keySet(), byAddress.keySet());
        var changed = new ArrayList<SyncRecord>();
        var settlement = new Settlement(settings, null, clock.instant());
        addUnseen(byRecord, now, rows);
        for (var row : rows.values()) {
            var person = ownerOf(row, byRecord, byAddress);
            var ours = person == null ? null : now.get(person);
            if (person != null && ours != null && row.gone != SyncRecord.Gone.ERASED && !ours.erased()) {
                settlement.decide(row, person, ours);
                row.tryAnew();
                if (row.gone == null && ours.contact().salesforceId() == null && row.id != null) {
                    settlement.link(row, person, row.id);
                }
                changed.add(row);
            } else if (person != null && ours == null) {
                row.modstamp = null; // to be decided when it is read again, once their events can be
                changed.add(row);
            }
        }
        settlement.carryOut(people, addresses, journal);
        records.save(changed);
    }

    /** Records that we know of only because a person names them. */
    private static void addUnseen(
            Map<String, PersonId> byRecord, Map<PersonId, Standing> now, Map<String, SyncRecord> rows) {
        byRecord.forEach((key, person) -> {
            var id = requireNonNull(requireNonNull(now.get(person)).contact().salesforceId());
            var type = typeOf(id);
            if (type != null && !rows.containsKey(key)) {
                var row = new SyncRecord(key, type);
                row.belongTo(person, id);
                rows.put(key, row);
            }
        });
    }

    private static @Nullable PersonId ownerOf(
            SyncRecord row, Map<String, PersonId> byRecord, Map<String, PersonId> byAddress) {
        var named = byRecord.get(row.hash);
        if (named != null && row.id != null) {
            row.belongTo(named, row.id);
        } else if (row.person == null && row.id != null && row.addressHash != null) {
            var holder = byAddress.get(row.addressHash);
            if (holder != null) {
                row.belongTo(holder, row.id);
            }
        }
        return row.person;
    }

    /** The first three characters of an id name the kind of record. */
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
