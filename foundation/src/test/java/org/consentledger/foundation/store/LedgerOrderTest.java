package org.consentledger.foundation.store;

import static java.time.temporal.ChronoUnit.HOURS;
import static java.time.temporal.ChronoUnit.MICROS;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.axonframework.eventhandling.TrackedEventMessage;
import org.consentledger.kernel.person.PersonEvent.PersonExported;
import org.consentledger.kernel.person.PersonId;
import org.consentledger.kernel.provenance.Actor;
import org.consentledger.kernel.provenance.Provenance;
import org.consentledger.kernel.provenance.Via;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Positions, times of recording and ids of provenance increase together, whatever the writers' clocks say. */
class LedgerOrderTest {

    private final TestLedger ledger = new TestLedger();
    private final PersonId person = PersonId.random();
    private long next;

    @Test
    void numbers_the_events_without_gaps_also_after_a_rollback() {
        append(at(Instant.now()), at(Instant.now()));
        new TransactionTemplate(new JdbcTransactionManager(ledger.dataSource)).executeWithoutResult(status -> {
            append(at(Instant.now()));
            status.setRollbackOnly();
        });
        next--;
        append(at(Instant.now()));

        assertThat(read())
                .extracting(event -> LedgerEngine.positionOf(event.trackingToken()))
                .containsExactly(1L, 2L, 3L);
    }

    @Test
    void keeps_the_time_of_a_writer_with_the_right_clock() {
        var time = Instant.now().truncatedTo(MICROS);

        append(at(time));

        assertThat(times()).containsExactly(time);
    }

    @Test
    void dates_an_event_after_the_one_before_also_if_the_writers_clock_is_behind_or_stands_still() {
        var time = Instant.now().truncatedTo(MICROS);

        append(at(time));
        append(at(time.minus(2, HOURS)), at(time.minus(2, HOURS)));
        append(at(time));

        assertThat(times()).containsExactly(time, time.plus(1, MICROS), time.plus(2, MICROS), time.plus(3, MICROS));
    }

    @Test
    void dates_no_event_into_the_future() {
        append(at(Instant.now().plus(2, HOURS)), at(Instant.now().plus(2, HOURS)));

        assertThat(times()).isSorted().doesNotHaveDuplicates().allMatch(time -> time.isBefore(Instant.now()));
    }

    @Test
    void keeps_one_provenance_for_consecutive_events_under_the_position_of_the_first() {
        append(by("anna"), by("anna"), by("olga"), by("anna"));
        append(by("anna"));

        assertThat(ledger.jdbc.queryForList("SELECT provenance FROM event ORDER BY position", Long.class))
                .containsExactly(1L, 1L, 3L, 4L, 5L);
        assertThat(ledger.jdbc.queryForList("SELECT actor_id FROM provenance ORDER BY id", String.class))
                .containsExactly("anna", "olga", "anna", "anna");
    }

    private DomainEventMessage<?> at(Instant time) {
        var exported = new PersonExported(person, UUID.randomUUID(), time);
        return new GenericDomainEventMessage<>(
                "Person",
                person.toString(),
                next++,
                exported,
                java.util.Map.of(),
                UUID.randomUUID().toString(),
                time);
    }

    private DomainEventMessage<?> by(String actor) {
        return at(Instant.now())
                .withMetaData(
                        new Provenance(new Actor(actor, actor, List.of()), Via.API, "c", "command", null).toMetaData());
    }

    private void append(DomainEventMessage<?>... events) {
        ledger.engine.appendEvents(List.of(events));
    }

    private List<TrackedEventMessage<?>> read() {
        return ledger.readAfter(null);
    }

    private List<Instant> times() {
        return new ArrayList<>(
                read().stream().map(TrackedEventMessage::getTimestamp).toList());
    }
}
