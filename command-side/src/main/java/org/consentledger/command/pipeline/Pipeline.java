package org.consentledger.command.pipeline;

import static java.util.stream.Collectors.toSet;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.consentledger.command.gateway.Envelope;
import org.consentledger.command.gateway.Idempotency;
import org.consentledger.command.gateway.IdempotencyKey;
import org.consentledger.command.person.Person;
import org.consentledger.foundation.privacy.LookupHash;
import org.consentledger.kernel.person.AddressCommand.SuppressAddress;
import org.consentledger.kernel.person.AddressEvent.AddressSuppressed;
import org.consentledger.kernel.person.CommandAnswer;
import org.consentledger.kernel.person.CommandRejected;
import org.consentledger.kernel.person.CommandRejected.Rule;
import org.consentledger.kernel.person.PersonCommand;
import org.consentledger.kernel.person.PersonCommand.SendEmail;
import org.consentledger.kernel.person.PersonEvent.EmailAccepted;
import org.consentledger.kernel.person.PersonId;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The write pipeline: every change of the ledger goes through {@link #carryOut(List, People)}, whether it comes as a
 * single command, in a group of commands, from an import, a bulk operation or the CRM sync.
 *
 * <p>Example: an import's chunk has two rows with the new address a@example.org. The address is locked, and has no
 * holder. The first row registers a person; the second finds that person as the holder and completes their contact
 * data. One append records both events, with the versions 1 and 2 of one stream.
 *
 * <p>Events that are based on outdated people are rejected by the unique key (stream, version): the transaction is
 * rolled back with a {@link org.axonframework.modelling.command.ConcurrencyException}, and its owner retries. The class
 * is thread-safe and has no state.
 */
@Component
public class Pipeline {

    private final LedgerPeople ledger;
    private final Idempotency idempotency;
    private final LookupHash hash;
    private final TransactionTemplate transaction;

    Pipeline(LedgerPeople ledger, Idempotency idempotency, LookupHash hash, PlatformTransactionManager transactions) {
        this.ledger = ledger;
        this.idempotency = idempotency;
        this.hash = hash;
        transaction = new TransactionTemplate(transactions);
    }

    /**
     * Carries requests out in the caller's transaction or in a new one.
     *
     * @return an outcome for each request, in their order
     * @throws org.axonframework.modelling.command.ConcurrencyException if another transaction has changed what a
     *     decision is based on; nothing was recorded
     */
    public List<WorkOutcome> carryOut(List<Request> requests) {
        return Objects.requireNonNull(transaction.execute(status -> carryOut(requests, ledger)));
    }

    /**
     * Returns the outcomes that {@link #carryOut(List)} would have, and records nothing in the ledger.
     *
     * @param people the state on which the decisions are based
     */
    public List<WorkOutcome> dryRun(List<Request> requests, People people) {
        return Objects.requireNonNull(transaction.execute(status -> carryOut(requests, people)));
    }

    /** Returns the people of the ledger. */
    LedgerPeople ledger() {
        return ledger;
    }

    /** Carries requests out in the current transaction. Later requests see what earlier ones did. */
    List<WorkOutcome> carryOut(List<Request> requests, People people) {
        // Load, under the locks of all addresses and Salesforce ids that a decision depends on
        var identities = people.lock(
                requests.stream().flatMap(request -> request.work().keys(hash)).collect(toSet()));
        var loaded = people.load(
                requests.stream()
                        .flatMap(request -> request.work().people(identities).stream())
                        .collect(toSet()),
                requests.stream().anyMatch(request -> request.work().needsContact()));
        identities.forget(erasedAmong(loaded));
        // Check which requests were carried out before
        var earlier = idempotency.earlier(requests.stream()
                .map(request -> request.envelope().idempotencyKey())
                .filter(Objects::nonNull)
                .toList());
        // Decide
        var changes = new Changes(identities, loaded);
        var outcomes = new ArrayList<WorkOutcome>();
        var answers = new LinkedHashMap<IdempotencyKey, @Nullable CommandAnswer>();
        for (var request : requests) {
            var key = request.envelope().idempotencyKey();
            var repeated = key == null ? null : earlier.get(key);
            var outcome = repeated == null ? decide(request, changes) : repeat(repeated);
            if (key != null && repeated == null && !(outcome instanceof WorkOutcome.Refused)) {
                answers.put(key, outcome.answer());
            }
            outcomes.add(outcome);
        }
        // Remember, and append last, because other writers wait from the append to the commit
        idempotency.keep(answers);
        people.append(changes);
        return outcomes;
    }

    private static Set<PersonId> erasedAmong(Map<PersonId, Person> people) {
        return people.entrySet().stream()
                .filter(entry -> entry.getValue().erased())
                .map(Map.Entry::getKey)
                .collect(toSet());
    }

    /** Decides the commands of one request. Their events count only if all commands are allowed. */
    private WorkOutcome decide(Request request, Changes changes) {
        var attempt = changes.attempt(request.envelope().provenance());
        try {
            for (var command : request.work().commands(changes.identities(), changes::person)) {
                switch (command) {
                    case PersonCommand ofPerson -> decide(ofPerson, request.envelope(), attempt);
                    case SuppressAddress suppress -> decide(suppress, attempt);
                }
            }
        } catch (CommandRejected rejection) {
            return new WorkOutcome.Refused(rejection);
        }
        return attempt.keep();
    }

    private void decide(PersonCommand command, Envelope envelope, Changes.Attempt attempt) {
        var person = attempt.person(command.personId());
        requireVersion(person, envelope.expectedVersion());
        var events = person.decide(command, attempt.identities());
        attempt.add(command.personId(), person, events);
        if (command instanceof SendEmail mail
                && !events.isEmpty()
                && events.getFirst() instanceof EmailAccepted accepted) {
            attempt.add(new Changes.AcceptedMail(
                    mail, accepted.to(), envelope.provenance().correlationId()));
        }
    }

    /** A holder of the address would be unsubscribed instead, and an address is suppressed once. */
    private static void decide(SuppressAddress command, Changes.Attempt attempt) {
        var address = command.address();
        if (attempt.identities().holderOfAddress(address) == null
                && !attempt.identities().isSuppressed(address)) {
            attempt.add(new AddressSuppressed(address, command.reason(), command.at()));
        }
    }

    private static void requireVersion(Person person, @Nullable Long expected) {
        if (expected != null && person.version() > 0 && expected != person.version()) {
            throw new CommandRejected(Rule.VERSION_MISMATCH, "The person is at version " + person.version());
        }
    }

    private static WorkOutcome repeat(Idempotency.Earlier earlier) {
        return switch (earlier) {
            case Idempotency.Earlier.Answer answered -> new WorkOutcome.Changed(answered.answer());
            case Idempotency.Earlier.OtherRequest other -> new WorkOutcome.Refused(other.rejection());
        };
    }
}
