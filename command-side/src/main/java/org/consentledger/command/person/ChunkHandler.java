package org.consentledger.command.person;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.axonframework.common.caching.Cache;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.axonframework.messaging.Message;
import org.axonframework.modelling.command.ConcurrencyException;
import org.consentledger.command.registers.Registers;
import org.consentledger.foundation.privacy.PersonKeys;
import org.consentledger.foundation.store.LedgerEngine;
import org.consentledger.kernel.person.CommandRejected;
import org.consentledger.kernel.person.CommandRejected.Rule;
import org.consentledger.kernel.person.ContactDataPatch;
import org.consentledger.kernel.person.ContactField;
import org.consentledger.kernel.person.PersonCommand;
import org.consentledger.kernel.person.PersonCommand.ChangeContactData;
import org.consentledger.kernel.person.PersonCommand.RegisterPerson;
import org.consentledger.kernel.person.PersonCommand.SetAuthorization;
import org.consentledger.kernel.person.PersonEvent;
import org.consentledger.kernel.person.PersonEvent.PersonRegistered;
import org.consentledger.kernel.person.PersonId;
import org.consentledger.kernel.provenance.Provenance;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Carries out what is asked about many people at once, by the same rules as one command: their histories are read with
 * one query, {@link Person} decides in memory, and all events are appended in one transaction.
 */
@Component
public class ChunkHandler {

    private final Registers registers;
    private final PersonKeys keys;
    private final LedgerEngine engine;
    private final Cache personCache;
    private final TransactionTemplate transaction;

    ChunkHandler(
            Registers registers,
            PersonKeys keys,
            LedgerEngine engine,
            Cache personCache,
            PlatformTransactionManager transactions) {
        this.registers = registers;
        this.keys = keys;
        this.engine = engine;
        this.personCache = personCache;
        transaction = new TransactionTemplate(transactions);
    }

    /**
     * Does all that the rules allow, in the transaction at hand or in one of its own. Later items see what earlier ones
     * did.
     *
     * @return an outcome for each item, in their order
     * @throws ConcurrencyException if somebody else was faster with one of the people; nothing was recorded, and the
     *     chunk may be tried again
     */
    public List<ChunkOutcome> handle(List<? extends ChunkItem> items, Provenance provenance) {
        return inTransaction(items, provenance, true);
    }

    /** Says what {@link #handle} would do, and does nothing. */
    public List<ChunkOutcome> rehearse(List<? extends ChunkItem> items, Provenance provenance) {
        return inTransaction(items, provenance, false);
    }

    private List<ChunkOutcome> inTransaction(List<? extends ChunkItem> items, Provenance provenance, boolean recorded) {
        return transaction.execute(status -> {
            var chunk = new Chunk(items, provenance);
            var outcomes = items.stream().map(chunk::handle).toList();
            if (recorded) {
                chunk.record();
            }
            return outcomes;
        });
    }

    /** The people of one chunk, as they are and as they become. */
    private final class Chunk {

        private final Registers.OpenBook book;
        private final Map<PersonId, Person> people = new HashMap<>();
        private final Provenance provenance;
        private final List<DomainEventMessage<?>> recorded = new ArrayList<>();
        private final List<PersonId> registered = new ArrayList<>();

        Chunk(List<? extends ChunkItem> items, Provenance provenance) {
            this.provenance = provenance;
            book = registers.open(
                    items.stream().flatMap(item -> addressesIn(item).stream()).toList(),
                    items.stream()
                            .flatMap(item -> salesforceIdsIn(item).stream())
                            .toList());
            var mentioned = items.stream()
                    .flatMap(item -> mentioned(item).stream())
                    .map(PersonId::toString)
                    .collect(Collectors.toCollection(TreeSet::new));
            engine.readEvents(mentioned)
                    .forEach((id, history) -> people.put(
                            PersonId.of(id),
                            history.stream()
                                    .map(Message::getPayload)
                                    .map(PersonEvent.class::cast)
                                    .reduce(Person.UNKNOWN, Person::evolve, (first, second) -> second)));
        }

        ChunkOutcome handle(ChunkItem item) {
            try {
                return switch (item) {
                    case ChunkItem.Single single -> carryOut(List.of(single.command()));
                    case ChunkItem.RegisterOrComplete contact -> carryOut(commandsFor(contact));
                };
            } catch (CommandRejected rejected) {
                return new ChunkOutcome.Refused(rejected);
            }
        }

        /** Keeps the events only once the last of the commands has been allowed. */
        private ChunkOutcome carryOut(List<PersonCommand> commands) {
            var id = commands.getFirst().personId();
            var person = people.getOrDefault(id, Person.UNKNOWN);
            var before = person.version();
            var events = new ArrayList<PersonEvent>();
            for (var command : commands) {
                for (var event : person.decide(command, book)) {
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
            book.note(events);
            for (int number = 0; number < events.size(); number++) {
                recorded.add(new GenericDomainEventMessage<>(
                        "Person", id.toString(), before + number, events.get(number), provenance.toMetaData()));
            }
            return new ChunkOutcome.Changed(id, person.version());
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
            var person = commands.getFirst().personId();
            item.then().forEach(next -> commands.add(next.apply(person)));
            return commands;
        }

        private Set<PersonId> holdersOf(ChunkItem item) {
            var holders = new TreeSet<PersonId>(Comparator.comparing(PersonId::value));
            for (var email : addressesIn(item)) {
                var holder = book.holderOfAddress(book.hashOf(email));
                if (holder != null) {
                    holders.add(holder);
                }
            }
            for (var salesforceId : salesforceIdsIn(item)) {
                var holder = book.holderOfSalesforceId(salesforceId);
                if (holder != null) {
                    holders.add(holder);
                }
            }
            return holders;
        }

        private Set<PersonId> mentioned(ChunkItem item) {
            return switch (item) {
                case ChunkItem.Single single -> Set.of(single.command().personId());
                case ChunkItem.RegisterOrComplete contact -> holdersOf(contact);
            };
        }

        void record() {
            if (recorded.isEmpty()) {
                return;
            }
            keys.create(registered);
            engine.appendEvents(recorded);
            TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
                @Override
                public void afterCommit() {
                    people.keySet().forEach(person -> personCache.remove(person.toString()));
                }
            });
        }
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
