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
import org.axonframework.modelling.command.ConcurrencyException;
import org.consentledger.command.address.AddressSuppressor;
import org.consentledger.command.crm.SyncDecision.Action;
import org.consentledger.command.crm.SyncDecision.Reason;
import org.consentledger.command.crm.SyncDecision.Winner;
import org.consentledger.command.crm.SyncJournal.Outcome;
import org.consentledger.command.crm.SyncRecord.Gone;
import org.consentledger.command.form.ContactDataRequest;
import org.consentledger.command.person.ChunkHandler;
import org.consentledger.command.person.ChunkItem;
import org.consentledger.command.person.ChunkItem.RegisterOrComplete;
import org.consentledger.command.person.ChunkOutcome;
import org.consentledger.command.registers.Registers;
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
 * Brings here what changed there. Records are taken over in the order of their changes, many in one transaction
 * together with the watermark, so that whatever is interrupted goes on where it was.
 */
final class Pull {

    private static final int CHUNK = 250;

    /** Each lost race means that somebody else's command was carried out. */
    private static final int ATTEMPTS = 20;

    private final SalesforceSettings settings;
    private final SalesforceClient client;
    private final Soql soql;
    private final SyncState state;
    private final SyncRecords records;
    private final SyncJournal journal;
    private final Standings standings;
    private final ChunkHandler people;
    private final AddressSuppressor addresses;
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
            Standings standings,
            ChunkHandler people,
            AddressSuppressor addresses,
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
        this.standings = standings;
        this.people = people;
        this.addresses = addresses;
        this.registers = registers;
        this.hash = hash;
        this.validator = validator;
        this.transaction = transaction;
        this.clock = clock;
    }

    /** What a pull has done so far. */
    interface Progress {

        /** So many records were read, and so many facts recorded because of them. */
        void add(int records, int facts);
    }

    /** Takes over everything that changed since the watermarks. */
    void run(UUID run, Progress progress) {
        for (var type : settings.objects()) {
            var page =
                    client.query(soql.changesAfter(type, state.watermark(type).orElse(null)));
            var readAt = page.readAt();
            while (true) {
                var changed =
                        page.records().stream().map(row -> soql.read(type, row)).toList();
                for (var from = 0; from < changed.size(); from += CHUNK) {
                    var chunk = changed.subList(from, Math.min(from + CHUNK, changed.size()));
                    progress.add(chunk.size(), takeOver(chunk, run, readAt));
                }
                if (page.next() == null) {
                    break;
                }
                page = client.next(page.next());
            }
        }
    }

    /**
     * Looks at some records as they are now, and takes them over without moving the watermark.
     *
     * @return the hashes of those that there are
     */
    Set<String> look(RecordType type, List<String> ids, @Nullable UUID run) {
        var found = new HashSet<String>();
        var page = client.query(soql.byId(type, ids));
        while (true) {
            var now = page.records().stream().map(row -> soql.read(type, row)).toList();
            now.forEach(record -> found.add(hash.ofSalesforceId(record.id())));
            takeOver(now, run, null);
            if (page.next() == null) {
                return found;
            }
            page = client.next(page.next());
        }
    }

    /** Moves the watermark too, where the records were read in the order of their changes, at a time. */
    private int takeOver(List<SalesforceRecord> changed, @Nullable UUID run, @Nullable Instant readAt) {
        var last = new ConcurrencyException("not tried");
        for (var attempt = 0; attempt < ATTEMPTS; attempt++) {
            try {
                return requireNonNull(transaction.execute(status -> {
                    var facts = new Chunk(run).takeOver(changed);
                    if (readAt != null && !changed.isEmpty()) {
                        var type = changed.getLast().type();
                        state.watermark(
                                type,
                                Watermark.after(
                                        state.watermark(type).orElse(null),
                                        changed.getLast(),
                                        readAt,
                                        settings.overlap()));
                    }
                    return facts;
                }));
            } catch (ConcurrencyException overtaken) {
                last = overtaken;
            }
        }
        throw last;
    }

    /** Some records in one transaction. */
    private final class Chunk {

        private final @Nullable UUID run;
        private final Instant at = clock.instant();
        private final Map<String, SyncRecord> known = new LinkedHashMap<>();

        /** Of people who were registered just now, which the book doesn't know. */
        private final Set<String> addressesOfNewPeople = new HashSet<>();

        /** Records that were never seen with the address that they have. */
        private final Set<String> met = new HashSet<>();

        Chunk(@Nullable UUID run) {
            this.run = run;
        }

        int takeOver(List<SalesforceRecord> changed) {
            lock(changed);
            var news = changed.stream()
                    .filter(record -> !row(record).hasSeen(record))
                    .toList();
            if (news.isEmpty()) {
                return 0;
            }
            var book = registers.lock(
                    news.stream()
                            .flatMap(record -> record.contact().emails().stream())
                            .toList(),
                    news.stream()
                            .flatMap(record -> record.successor() == null
                                    ? Stream.of(record.id())
                                    : Stream.of(record.id(), record.successor()))
                            .toList());
            var settlement = new Settlement(settings, run, at);
            var facts = identify(news, book, settlement);
            facts += settle(news, book, settlement);
            records.save(known.values());
            return facts;
        }

        private void lock(List<SalesforceRecord> changed) {
            var hashes = new LinkedHashSet<String>();
            for (var record : changed) {
                hashes.add(hash.ofSalesforceId(record.id()));
                if (record.successor() != null) {
                    hashes.add(hash.ofSalesforceId(record.successor()));
                }
            }
            known.putAll(records.lock(hashes));
        }

        private SyncRecord row(SalesforceRecord record) {
            return row(record.id(), record.type());
        }

        private SyncRecord row(String id, RecordType type) {
            return known.computeIfAbsent(hash.ofSalesforceId(id), key -> new SyncRecord(key, type));
        }

        /** Finds whose the records are, and registers who is new. */
        private int identify(List<SalesforceRecord> news, Registers.LockedIdentities book, Settlement settlement) {
            for (var record : news) {
                var row = row(record);
                if (row.wouldMeet(addressOf(record))) {
                    met.add(row.hash);
                }
                row.see(record, addressOf(record));
                var holder = row.person == null || row.gone == Gone.ERASED ? holderOf(record, book) : null;
                if (holder != null) {
                    row.belongTo(holder, record.id());
                    row.see(record, addressOf(record)); // no longer as that of somebody erased
                }
            }
            // Only then: a record that another one became is nobody new
            news.stream().filter(SalesforceRecord::isGone).forEach(this::inherit);
            var unknown = settings.importNew()
                    ? news.stream()
                            .filter(record -> row(record).person == null && row(record).gone == null)
                            .toList()
                    : List.<SalesforceRecord>of();
            if (unknown.isEmpty()) {
                return 0;
            }
            var outcomes =
                    people.handle(unknown.stream().map(this::registration).toList(), Settlement.provenance(run));
            var registered = 0;
            for (var number = 0; number < unknown.size(); number++) {
                var record = unknown.get(number);
                var row = row(record);
                switch (outcomes.get(number)) {
                    case ChunkOutcome.Changed changed -> {
                        registered++;
                        row.belongTo(changed.person(), record.id());
                        record.contact()
                                .emails()
                                .forEach(email -> addressesOfNewPeople.add(
                                        book.hashOf(email).value()));
                        settlement.note(row, null, Winner.THEIRS, Reason.NEW_THERE, Outcome.RECORDED);
                    }
                    case ChunkOutcome.Unchanged unchanged -> row.belongTo(unchanged.person(), record.id());
                    case ChunkOutcome.Refused refused -> settlement.refused(row, refused.rejection());
                }
            }
            return registered;
        }

        private void inherit(SalesforceRecord record) {
            var row = row(record);
            if (record.successor() != null && row.person != null && row.gone != Gone.ERASED) {
                var next = successorOf(record);
                if (next.person == null && next.gone == null) {
                    next.belongTo(row.person, record.successor());
                    next.agreed = row.agreed;
                }
            }
        }

        private SyncRecord successorOf(SalesforceRecord record) {
            return row(requireNonNull(record.successor()), record.converted() ? RecordType.CONTACT : record.type());
        }

        private @Nullable PersonId holderOf(SalesforceRecord record, Registers.LockedIdentities book) {
            var holder = book.holderOfSalesforceId(record.id());
            for (var email : record.contact().emails()) {
                holder = holder == null ? book.holderOfAddress(book.hashOf(email)) : holder;
            }
            return holder;
        }

        private ChunkItem registration(SalesforceRecord record) {
            var contact = record.contact();
            if (!validator.validate(ContactDataRequest.of(contact)).isEmpty()) {
                // What can't be shown is left out; who it is must not be
                contact = ContactData.NONE
                        .with(ContactField.EMAILS, contact.emails())
                        .with(ContactField.SALESFORCE_ID, List.of(record.id()));
            }
            return new RegisterOrComplete(contact, true, Source.of(SourceType.CRM_SYNC), null, false, at);
        }

        private int settle(List<SalesforceRecord> news, Registers.LockedIdentities book, Settlement settlement) {
            var whose = new HashSet<PersonId>();
            known.values().stream()
                    .map(row -> row.person)
                    .filter(Objects::nonNull)
                    .forEach(whose::add);
            var now = standings.of(whose);
            for (var record : news) {
                var row = row(record);
                var person = row.gone == Gone.ERASED ? null : row.person;
                var ours = person == null ? Standing.NOBODY : now.get(person);
                if (ours == null) {
                    row.modstamp = null; // to be decided once their events can be read again
                    continue;
                }
                row.tryAnew();
                var action = person == null ? Action.OPT_OUT_HERE : settlement.decide(row, person, ours);
                if (person != null && !ours.erased()) {
                    follow(record, row, person, ours, settlement);
                }
                if (record.isGone()) {
                    row.dropPush(); // or it would be written, refused and looked at again without end
                }
                // What we wrote ourselves says nothing of an address that only they have
                var theyMeanIt = action == Action.OPT_OUT_HERE
                        || ours.erased()
                        || (action == Action.NOTHING && met.contains(row.hash));
                if (record.optedOut() && theyMeanIt) {
                    coverAddress(record, row, book, settlement);
                }
            }
            return settlement.carryOut(people, addresses, journal);
        }

        /** Keeps the person with the record that they have there, or with the one that it became. */
        private void follow(
                SalesforceRecord record, SyncRecord row, PersonId person, Standing ours, Settlement settlement) {
            var linked = ours.contact().salesforceId();
            if (record.successor() != null && record.isGone()) {
                var next = successorOf(record);
                if (person.equals(next.person)) {
                    if (linked == null || isSame(linked, record.id())) {
                        settlement.link(next, person, record.successor());
                    }
                    settlement.decide(next, person, ours);
                }
                settlement.note(row, ours.subscription(), Winner.NEITHER, Reason.BECAME_ANOTHER_RECORD, Outcome.NOTED);
            } else if (record.isGone()) {
                settlement.note(row, ours.subscription(), Winner.NEITHER, Reason.DELETED_THERE, Outcome.NOTED);
            } else if (linked == null) {
                settlement.link(row, person, record.id());
            }
        }

        /** Their opt-out covers the address that the record has now, whoever has it here, and also if nobody does. */
        private void coverAddress(
                SalesforceRecord record, SyncRecord row, Registers.LockedIdentities book, Settlement settlement) {
            for (var email : record.contact().emails()) {
                var address = book.hashOf(email);
                if (!book.isSuppressed(address)) {
                    var holder = book.holderOfAddress(address);
                    if (holder != null && !holder.equals(row.person)) {
                        settlement.optOutHolder(row, holder, address);
                    } else if (holder == null && !addressesOfNewPeople.contains(address.value())) {
                        settlement.suppress(row, address);
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

    private static boolean isSame(String one, String other) {
        return SalesforceId.comparable(one).equals(SalesforceId.comparable(other));
    }
}
