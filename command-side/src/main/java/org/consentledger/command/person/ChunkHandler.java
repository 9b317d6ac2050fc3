package org.consentledger.command.person;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.axonframework.messaging.MetaData;
import org.axonframework.modelling.command.ConcurrencyException;
import org.consentledger.command.address.AddressSuppressor;
import org.consentledger.command.gateway.CommandMetaData;
import org.consentledger.command.gateway.Envelope;
import org.consentledger.command.gateway.Idempotency;
import org.consentledger.command.gateway.IdempotencyKey;
import org.consentledger.command.registers.Registers;
import org.consentledger.foundation.privacy.PersonKeys;
import org.consentledger.foundation.store.LedgerEngine;
import org.consentledger.kernel.person.CommandAnswer;
import org.consentledger.kernel.person.CommandRejected;
import org.consentledger.kernel.person.CommandRejected.Rule;
import org.consentledger.kernel.person.ContactDataPatch;
import org.consentledger.kernel.person.ContactField;
import org.consentledger.kernel.person.PersonCommand;
import org.consentledger.kernel.person.PersonCommand.ChangeContactData;
import org.consentledger.kernel.person.PersonCommand.RegisterPerson;
import org.consentledger.kernel.person.PersonCommand.SendEmail;
import org.consentledger.kernel.person.PersonCommand.SetAuthorization;
import org.consentledger.kernel.person.PersonCommand.Unsubscribe;
import org.consentledger.kernel.person.PersonEvent;
import org.consentledger.kernel.person.PersonEvent.PersonRegistered;
import org.consentledger.kernel.person.PersonId;
import org.consentledger.kernel.provenance.Provenance;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

/**
 * Handles the commands of many people in one transaction, by the same rules as single commands. Imports, bulk jobs and
 * {@link GroupCommit} use it.
 *
 * <p>A {@link ChunkTransaction} goes through these steps:
 *
 * <ol>
 *   <li>It locks the e-mail addresses and Salesforce ids that the items mention ({@link Registers#lock}) and looks
 *       their holders up.
 *   <li>It loads all people that the items mention with one query ({@link PersonStore}).
 *   <li>For each item in order, {@link Person} decides in memory. Its events are folded into the person and into the
 *       locked identities, so that a later item sees what an earlier one did.
 *   <li>It appends all events at once. The unique key (stream, version) rejects events that are based on an outdated
 *       person; the whole transaction is rolled back then with a {@link ConcurrencyException}, and the caller retries.
 * </ol>
 *
 * <p>Example: an import's chunk has two rows with the new address a@example.org. The first row registers a person; the
 * second finds that person in the locked identities and completes its contact data. The transaction appends both
 * events, with the versions 0 and 1 of one stream.
 *
 * <p>A refused item records nothing, except for the opt-out that an import's row may state. Thread-safe, without state.
 */
@Component
public class ChunkHandler {

    private static final JsonMapper STATES = JsonMapper.shared();

    private final PersonDecisionService decisions;
    private final Registers registers;
    private final PersonKeys keys;
    private final LedgerEngine engine;
    private final AddressSuppressor suppressor;
    private final Idempotency idempotency;
    private final PersonStore store;
    private final TransactionTemplate transaction;

    ChunkHandler(
            PersonDecisionService decisions,
            Registers registers,
            PersonKeys keys,
            LedgerEngine engine,
            AddressSuppressor suppressor,
            Idempotency idempotency,
            PersonStore store,
            PlatformTransactionManager transactions) {
        this.decisions = decisions;
        this.registers = registers;
        this.keys = keys;
        this.engine = engine;
        this.suppressor = suppressor;
        this.idempotency = idempotency;
        this.store = store;
        transaction = new TransactionTemplate(transactions);
    }

    /** A command with its envelope. */
    record SentCommand(PersonCommand command, Envelope envelope) {}

    /**
     * Handles all items, in the caller's transaction or in a new one. Later items see what earlier ones did.
     *
     * @return an outcome for each item, in their order
     * @throws ConcurrencyException if another transaction has changed one of the people; nothing was recorded, and the
     *     chunk may be retried
     */
    public List<ChunkOutcome> handle(List<? extends ChunkItem> items, Provenance provenance) {
        return handle(items, List.of(), provenance);
    }

    /**
     * As {@link #handle(List, Provenance)}, and then records opt-outs that come without any item.
     *
     * @throws ConcurrencyException as there
     */
    public List<ChunkOutcome> handle(
            List<? extends ChunkItem> items, List<OptOutByContact> optOuts, Provenance provenance) {
        return transaction.execute(status -> {
            var chunk = new ChunkTransaction(items, optOuts, DryRunState.NONE);
            var outcomes = chunk.handle(items, optOuts, provenance);
            chunk.record();
            return outcomes;
        });
    }

    /**
     * Returns what {@link #handle} would return after the chunks that the dry run has seen before, and records nothing
     * in the ledger.
     */
    public List<ChunkOutcome> dryRun(
            List<? extends ChunkItem> items, List<OptOutByContact> optOuts, Provenance provenance, DryRunState dryRun) {
        return transaction.execute(status -> {
            var chunk = new ChunkTransaction(items, optOuts, dryRun);
            var outcomes = chunk.handle(items, optOuts, provenance);
            chunk.keepFor(dryRun);
            return outcomes;
        });
    }

    /**
     * Handles commands of different senders in one transaction. No two of them have the same idempotency key.
     *
     * @return an outcome for each command, in their order
     * @throws ConcurrencyException if another transaction has changed one of the people; nothing was recorded
     */
    List<ChunkOutcome> handleTogether(List<SentCommand> commands) {
        return transaction.execute(status -> handleInTransaction(commands));
    }

    private List<ChunkOutcome> handleInTransaction(List<SentCommand> commands) {
        var given = idempotency.earlier(commands.stream()
                .map(sent -> sent.envelope().idempotencyKey())
                .filter(Objects::nonNull)
                .toList());
        var chunk = new ChunkTransaction(
                commands.stream()
                        .map(sent -> new ChunkItem.Single(sent.command()))
                        .toList(),
                List.of(),
                DryRunState.NONE);
        var outcomes = new ArrayList<ChunkOutcome>();
        var answers = new LinkedHashMap<IdempotencyKey, CommandAnswer>();
        for (var sent : commands) {
            var key = sent.envelope().idempotencyKey();
            var earlier = key == null ? null : given.get(key);
            var outcome = earlier == null ? chunk.handle(sent) : again(earlier);
            if (key != null && earlier == null && !(outcome instanceof ChunkOutcome.Refused)) {
                answers.put(key, outcome.answer());
            }
            outcomes.add(outcome);
        }
        idempotency.keep(answers);
        chunk.record();
        return outcomes;
    }

    private static ChunkOutcome again(Idempotency.Earlier earlier) {
        return switch (earlier) {
            case Idempotency.Earlier.Answer answer ->
                new ChunkOutcome.Changed(
                        answer.answer().personId(),
                        answer.answer().version(),
                        answer.answer().refusal());
            case Idempotency.Earlier.OtherRequest other -> new ChunkOutcome.Refused(other.rejection());
        };
    }

    /** The state of one transaction: its people before and after the items, and the events to append. */
    private final class ChunkTransaction {

        private final Registers.LockedIdentities identities;
        private final Map<PersonId, Person> people;
        private final List<DomainEventMessage<?>> recorded = new ArrayList<>();
        private final List<DomainEventMessage<?>> suppressions = new ArrayList<>();
        private final List<PersonId> registered = new ArrayList<>();
        private final List<Runnable> sideEffects = new ArrayList<>();

        private ChunkTransaction(List<? extends ChunkItem> items, List<OptOutByContact> optOuts, DryRunState dryRun) {
            identities = registers.lock(
                    Stream.concat(
                                    items.stream().map(ChunkHandler::addressesIn),
                                    optOuts.stream().map(OptOutByContact::emails))
                            .flatMap(List::stream)
                            .toList(),
                    Stream.concat(
                                    items.stream().map(ChunkHandler::salesforceIdsIn),
                                    optOuts.stream().map(OptOutByContact::salesforceIds))
                            .flatMap(List::stream)
                            .toList());
            identities.assume(dryRun.holders(identities.keys()));
            var mentioned = Stream.concat(
                            items.stream().map(this::mentioned),
                            optOuts.stream().map(this::holdersOf))
                    .flatMap(Set::stream)
                    .collect(Collectors.toSet());
            var needContact = !optOuts.isEmpty() || items.stream().anyMatch(ChunkHandler::needsContact);
            people = new HashMap<>(needContact ? store.load(mentioned) : store.loadWithoutContact(mentioned));
            dryRun.states(mentioned).forEach((id, state) -> people.put(id, STATES.readValue(state, Person.class)));
        }

        /** Handles all items, and then all opt-outs, with the same provenance. */
        List<ChunkOutcome> handle(
                List<? extends ChunkItem> items, List<OptOutByContact> optOuts, Provenance provenance) {
            var metaData = MetaData.from(provenance.toMetaData());
            var outcomes = items.stream().map(item -> handle(item, metaData)).toList();
            optOuts.forEach(optOut -> carryOut(optOut, metaData));
            return outcomes;
        }

        ChunkOutcome handle(SentCommand sent) {
            var id = sent.command().personId();
            try {
                PersonDecisionService.requireVersion(
                        people.getOrDefault(id, Person.UNKNOWN), sent.envelope().expectedVersion());
            } catch (CommandRejected rejected) {
                return new ChunkOutcome.Refused(rejected);
            }
            var metaData =
                    CommandMetaData.ofEvents(sent.envelope(), UUID.randomUUID().toString());
            return handle(new ChunkItem.Single(sent.command()), metaData);
        }

        private ChunkOutcome handle(ChunkItem item, MetaData metaData) {
            try {
                return switch (item) {
                    case ChunkItem.Single single -> carryOut(List.of(single.command()), metaData);
                    case ChunkItem.RegisterOrComplete contact -> carryOut(commandsFor(contact), metaData);
                };
            } catch (CommandRejected rejected) {
                if (item instanceof ChunkItem.RegisterOrComplete contact && contact.optedOut()) {
                    carryOut(contact.optOut(), metaData);
                }
                return new ChunkOutcome.Refused(rejected);
            }
        }

        private void carryOut(OptOutByContact optOut, MetaData metaData) {
            for (var person : holdersOf(optOut)) {
                carryOut(List.of(new Unsubscribe(person, null, null, null, optOut.at())), metaData);
            }
            for (var email : optOut.emails()) {
                var address = identities.hashOf(email);
                if (identities.holderOfAddress(address) == null && !identities.isSuppressed(address)) {
                    var suppression = suppressor.suppression(address, optOut.at(), metaData);
                    suppressions.add(suppression);
                    identities.note(List.of(suppression.getPayload()));
                }
            }
        }

        /** Lets one person decide some commands. Their events are kept only if all commands are allowed. */
        private ChunkOutcome carryOut(List<PersonCommand> commands, MetaData metaData) {
            var id = commands.getFirst().personId();
            var person = people.getOrDefault(id, Person.UNKNOWN);
            var before = person.version();
            var events = new ArrayList<PersonEvent>();
            for (var command : commands) {
                var answer = person.decide(command, identities);
                if (command instanceof SendEmail) {
                    sideEffects.add(() -> decisions.queueMail(command, answer, metaData));
                }
                for (var event : answer) {
                    events.add(event);
                    person = person.evolve(event);
                }
            }
            if (events.isEmpty()) {
                return new ChunkOutcome.Unchanged(id, before);
            }
            if (events.getFirst() instanceof PersonRegistered) {
                registered.add(id);
            }
            people.put(id, person);
            identities.note(events);
            for (int number = 0; number < events.size(); number++) {
                recorded.add(new GenericDomainEventMessage<>(
                        "Person", id.toString(), before + number, events.get(number), metaData));
            }
            return new ChunkOutcome.Changed(id, person.version(), Person.refusalIn(events));
        }

        private List<PersonCommand> commandsFor(ChunkItem.RegisterOrComplete item) {
            var holders = holdersOf(item);
            if (holders.size() > 1) {
                throw new CommandRejected(
                        Rule.CONTACT_AMBIGUOUS, "The addresses and the salesforceId belong to different people");
            }
            var commands = new ArrayList<PersonCommand>();
            if (holders.isEmpty()) {
                commands.add(new RegisterPerson(
                        PersonId.random(), item.contact(), item.source(), item.authorization(), item.at()));
            } else {
                var id = holders.iterator().next();
                var known = people.getOrDefault(id, Person.UNKNOWN);
                var patch = item.fillsGapsOnly()
                        ? ContactDataPatch.fillingGaps(known.contact(), item.contact())
                        : ContactDataPatch.completing(known.contact(), item.contact());
                commands.add(new ChangeContactData(id, patch, item.at()));
                if (item.authorization() != null && known.authorization() == null) {
                    commands.add(new SetAuthorization(id, item.authorization(), item.at()));
                }
            }
            if (item.optedOut()) {
                commands.add(new Unsubscribe(commands.getFirst().personId(), null, null, null, item.at()));
            }
            return commands;
        }

        private Set<PersonId> holdersOf(ChunkItem item) {
            return holdersOf(addressesIn(item), salesforceIdsIn(item));
        }

        private Set<PersonId> holdersOf(OptOutByContact optOut) {
            return holdersOf(optOut.emails(), optOut.salesforceIds());
        }

        private Set<PersonId> holdersOf(List<String> emails, List<String> salesforceIds) {
            var holders = new TreeSet<PersonId>(Comparator.comparing(PersonId::value));
            for (var email : emails) {
                var holder = identities.holderOfAddress(identities.hashOf(email));
                if (holder != null) {
                    holders.add(holder);
                }
            }
            for (var salesforceId : salesforceIds) {
                var holder = identities.holderOfSalesforceId(salesforceId);
                if (holder != null) {
                    holders.add(holder);
                }
            }
            return holders;
        }

        /** Returns the people that the item names and that the ledger may hold. */
        private Set<PersonId> mentioned(ChunkItem item) {
            return switch (item) {
                case ChunkItem.Single single -> mentioned(single.command());
                case ChunkItem.RegisterOrComplete contact -> holdersOf(contact);
            };
        }

        /** A new person is not loaded: if the id is taken already, the unique key of the events rejects the append. */
        private static Set<PersonId> mentioned(PersonCommand command) {
            return command instanceof RegisterPerson ? Set.of() : Set.of(command.personId());
        }

        void keepFor(DryRunState dryRun) {
            var states = new HashMap<PersonId, byte[]>();
            for (var event : recorded) {
                states.computeIfAbsent(
                        PersonId.of(event.getAggregateIdentifier()), id -> STATES.writeValueAsBytes(people.get(id)));
            }
            dryRun.keep(identities.holdersAmong(states.keySet()), states);
        }

        void record() {
            var events = Stream.concat(recorded.stream(), suppressions.stream()).toList();
            if (events.isEmpty()) {
                return;
            }
            keys.create(registered);
            keys.prefetch(registered);
            sideEffects.forEach(Runnable::run);
            engine.appendEvents(events);
        }
    }

    private static boolean needsContact(ChunkItem item) {
        return switch (item) {
            case ChunkItem.Single single -> Person.needsContact(single.command());
            case ChunkItem.RegisterOrComplete ignored -> true;
        };
    }

    private static List<String> addressesIn(ChunkItem item) {
        return switch (item) {
            case ChunkItem.Single single -> Person.addressesIn(single.command());
            case ChunkItem.RegisterOrComplete contact -> contact.contact().emails();
        };
    }

    private static List<String> salesforceIdsIn(ChunkItem item) {
        return switch (item) {
            case ChunkItem.Single single -> Person.salesforceIdsIn(single.command());
            case ChunkItem.RegisterOrComplete contact -> contact.contact().values(ContactField.SALESFORCE_ID);
        };
    }
}
