package org.consentledger.standalone;

import java.time.Clock;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.consentledger.command.gateway.CommandDispatcher;
import org.consentledger.command.gateway.Envelope;
import org.consentledger.foundation.store.LedgerEngine;
import org.consentledger.kernel.person.Authorization;
import org.consentledger.kernel.person.AuthorizationType;
import org.consentledger.kernel.person.CommandAnswer;
import org.consentledger.kernel.person.ContactData;
import org.consentledger.kernel.person.PersonCommand.RegisterPerson;
import org.consentledger.kernel.person.PersonId;
import org.consentledger.kernel.person.Source;
import org.consentledger.kernel.person.SourceType;
import org.consentledger.kernel.person.UnsubscribeReason;
import org.consentledger.kernel.provenance.Actor;
import org.consentledger.kernel.provenance.Provenance;
import org.consentledger.kernel.provenance.Via;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.stereotype.Component;

/**
 * Registers invented people for users who try the ledger, at the start with {@code --ledger.sample-data=true} or on
 * request. They are registered by ordinary commands, and only in an empty ledger: they can be erased later, but their
 * events stay.
 */
@Component
final class SamplePeople implements ApplicationRunner {

    private static final List<String> FIRST_NAMES =
            List.of("Ada", "Bruno", "Chidi", "Dana", "Emre", "Freya", "Goran", "Hana", "Ivo", "June");
    private static final List<String> LAST_NAMES = List.of("Nowak", "Okafor", "Lindqvist", "Tanaka", "Moreau");
    private static final List<String> COMPANIES = List.of("Nowak GmbH", "Fjord AS", "Lantern Ltd");
    private static final List<SourceType> SOURCES =
            List.of(SourceType.MANUAL_UPLOAD, SourceType.IMPORT, SourceType.CHROME_EXTENSION, SourceType.CRM_SYNC);

    private static final List<UnsubscribeReason> REASONS = List.of(
            UnsubscribeReason.TOO_FREQUENT, UnsubscribeReason.NO_LONGER_INTERESTED, UnsubscribeReason.IRRELEVANT);

    private final CommandDispatcher commands;
    private final LedgerEngine engine;
    private final Clock clock;
    private final boolean atStart;

    SamplePeople(
            CommandDispatcher commands,
            LedgerEngine engine,
            Clock clock,
            @Value("${ledger.sample-data}") boolean atStart) {
        this.commands = commands;
        this.engine = engine;
        this.clock = clock;
        this.atStart = atStart;
    }

    /** The number of sample people, and the last of them: a read model that has reached its version contains all. */
    record Added(int people, PersonId personId, long version) {}

    @Override
    public void run(ApplicationArguments arguments) {
        if (atStart) {
            add(new Provenance(Actor.SYSTEM, Via.SYSTEM, UUID.randomUUID().toString(), null));
        }
    }

    boolean isLedgerEmpty() {
        return engine.headPosition() == 0;
    }

    /**
     * Registers the sample people if the ledger is empty. The lock of this object makes a concurrent second request
     * wait, and then find a ledger that is not empty.
     */
    synchronized Optional<Added> add(Provenance provenance) {
        if (!isLedgerEmpty()) {
            return Optional.empty();
        }
        var envelope = Envelope.of(provenance);
        CommandAnswer last = null;
        int number = 0;
        for (var lastName : LAST_NAMES) {
            for (var firstName : FIRST_NAMES) {
                var address = "%s.%s@example.org".formatted(firstName, lastName).toLowerCase(Locale.ROOT);
                last = commands.send(
                        new RegisterPerson(
                                PersonId.random(),
                                contact(firstName, lastName, address, number),
                                Source.of(SOURCES.get(number % SOURCES.size())),
                                authorization(number),
                                clock.instant()),
                        envelope);
                if (number % 7 == 3) {
                    commands.unsubscribe(address, REASONS.get(number % REASONS.size()), envelope);
                }
                number++;
            }
        }
        return Optional.ofNullable(last)
                .map(answer -> new Added(LAST_NAMES.size() * FIRST_NAMES.size(), answer.personId(), answer.version()));
    }

    private static ContactData contact(String firstName, String lastName, String address, int number) {
        return new ContactData(
                firstName,
                lastName,
                COMPANIES.get(number % COMPANIES.size()),
                null,
                List.of(address),
                List.of("+49 30 5550%03d".formatted(number)),
                null,
                null,
                null,
                null,
                null,
                null);
    }

    private Authorization authorization(int number) {
        return switch (number % 3) {
            case 0 -> Authorization.consent(LocalDate.now(clock).minusDays(30L * number), "Product news");
            case 1 -> Authorization.of(AuthorizationType.LEGITIMATE_INTEREST);
            default -> Authorization.of(AuthorizationType.PERFORMANCE_OF_CONTRACT);
        };
    }
}
