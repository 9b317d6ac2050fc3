package org.consentledger.command.registers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Clock;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.axonframework.modelling.command.ConcurrencyException;
import org.consentledger.command.CommandSideTest;
import org.consentledger.foundation.privacy.LookupHash;
import org.consentledger.foundation.privacy.PersonKeys;
import org.consentledger.foundation.store.LedgerEngine;
import org.consentledger.kernel.person.ContactData;
import org.consentledger.kernel.person.ContactField;
import org.consentledger.kernel.person.FieldChange;
import org.consentledger.kernel.person.PersonEvent;
import org.consentledger.kernel.person.PersonEvent.ContactDataChanged;
import org.consentledger.kernel.person.PersonEvent.PersonRegistered;
import org.consentledger.kernel.person.PersonId;
import org.consentledger.kernel.person.Source;
import org.consentledger.kernel.person.SourceType;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Writers who have not asked for the address first: what then tells them apart is the register itself. */
@CommandSideTest
class RacesForAnAddressTest {

    private static final AtomicInteger ADDRESSES = new AtomicInteger();

    @Autowired
    private LedgerEngine engine;

    @Autowired
    private PersonKeys keys;

    @Autowired
    private LookupHash hash;

    @Autowired
    private JdbcTemplate jdbc;

    @Autowired
    private PlatformTransactionManager transactions;

    @Autowired
    private Clock clock;

    @Test
    void an_address_of_another_person_is_a_lost_race_and_nothing_is_recorded() {
        var email = address();
        var owner = register(email);
        var other = PersonId.random();

        assertThatThrownBy(() -> append(registration(other, address(), email)))
                .isInstanceOf(ConcurrencyException.class);

        assertThat(holderOf(email)).isEqualTo(owner.value());
        assertThat(eventsOf(other)).isZero();
    }

    @Test
    void of_two_concurrent_claims_to_an_address_the_waiting_one_fails() {
        var email = address();
        var faster = PersonId.random();
        var slower = PersonId.random();

        var second = whileRecording(registration(faster, email), () -> append(registration(slower, email)));

        assertThatThrownBy(() -> second.get(30, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(ConcurrencyException.class);
        assertThat(holderOf(email)).isEqualTo(faster.value());
        assertThat(eventsOf(slower)).isZero();
    }

    @Test
    void a_waiting_claim_succeeds_when_the_first_is_rolled_back() throws Exception {
        var email = address();
        var slower = PersonId.random();
        var transaction = new TransactionTemplate(transactions);

        CompletableFuture<Void> second = transaction.execute(status -> {
            append(registration(PersonId.random(), email));
            status.setRollbackOnly();
            return waiting(() -> append(registration(slower, email)));
        });
        second.get(30, TimeUnit.SECONDS);

        assertThat(holderOf(email)).isEqualTo(slower.value());
    }

    @Test
    void a_person_may_keep_an_address_and_add_another() {
        var email = address();
        var added = address();
        var person = register(email);

        append(new ContactDataChanged(
                person,
                List.of(new FieldChange(ContactField.EMAILS, List.of(), List.of(email, added))),
                clock.instant()));

        assertThat(holderOf(email)).isEqualTo(person.value());
        assertThat(holderOf(added)).isEqualTo(person.value());
    }

    /** Records an event, and before its commit lets a second writer begin, which must wait. */
    private CompletableFuture<Void> whileRecording(PersonEvent event, Runnable meanwhile) {
        return new TransactionTemplate(transactions).execute(status -> {
            append(event);
            return waiting(meanwhile);
        });
    }

    private CompletableFuture<Void> waiting(Runnable action) {
        var running = CompletableFuture.runAsync(action);
        await().until(() -> jdbc.queryForObject(
                        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                                + " AND wait_event = 'transactionid' AND query LIKE 'INSERT INTO person_identity%'",
                        Integer.class)
                == 1);
        return running;
    }

    private PersonId register(String email) {
        var person = PersonId.random();
        append(registration(person, email));
        return person;
    }

    private PersonRegistered registration(PersonId person, String... emails) {
        return new PersonRegistered(
                person,
                ContactData.NONE.with(ContactField.EMAILS, List.of(emails)),
                Source.of(SourceType.IMPORT),
                clock.instant());
    }

    private void append(PersonEvent event) {
        var person = event.personId();
        var sequence = engine.lastSequenceNumberFor(person.toString()).orElse(-1L) + 1;
        new TransactionTemplate(transactions).executeWithoutResult(status -> {
            keys.create(List.of(person));
            engine.appendEvents(List.of(new GenericDomainEventMessage<>("Person", person.toString(), sequence, event)));
        });
    }

    private long eventsOf(PersonId person) {
        return engine.lastSequenceNumberFor(person.toString()).orElse(-1L) + 1;
    }

    private UUID holderOf(String email) {
        return jdbc.queryForObject(
                "SELECT person_id FROM person_identity WHERE key_hash = ?",
                UUID.class,
                hash.ofEmail(email).value());
    }

    private static String address() {
        return "race-" + ADDRESSES.incrementAndGet() + "@example.org";
    }
}
