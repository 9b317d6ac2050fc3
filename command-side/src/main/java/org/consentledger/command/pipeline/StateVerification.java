package org.consentledger.command.pipeline;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.consentledger.foundation.store.LedgerEngine;
import org.consentledger.kernel.person.PersonId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Compares the stored state of all people with the fold of their events, and derives it anew where the two differ. The
 * append keeps them equal; this finds rows that were changed in the database by hand, and states that an older version
 * has derived in another way.
 *
 * <p>{@code --ledger.verify-state=report} runs it at the start of the command side, {@code repair} also derives anew.
 * The log names the people by their ids. Commands may be carried out meanwhile: a page of people is read in one
 * snapshot of the database.
 */
@Component
class StateVerification implements ApplicationRunner {

    private static final Logger LOG = LoggerFactory.getLogger(StateVerification.class);
    private static final int PAGE_SIZE = 500;
    private static final UUID BEFORE_ALL = new UUID(0, 0);

    /** People who have events or a row of state, in the order of their ids. */
    private static final String PAGE = "SELECT id FROM ("
            + "(SELECT stream AS id FROM event JOIN event_type ON event_type.id = type"
            + " WHERE stream > ? AND version = 1 AND name = 'PersonRegistered' ORDER BY stream LIMIT ?) UNION"
            + " (SELECT person_id FROM person WHERE person_id > ? ORDER BY person_id LIMIT ?)) AS known"
            + " ORDER BY id LIMIT ?";

    private final LedgerEngine engine;
    private final PersonStore people;
    private final JdbcTemplate jdbc;
    private final TransactionTemplate snapshot;
    private final TransactionTemplate transaction;
    private final String mode;

    StateVerification(
            LedgerEngine engine,
            PersonStore people,
            JdbcTemplate jdbc,
            PlatformTransactionManager transactions,
            @Value("${ledger.verify-state:}") String mode) {
        this.engine = engine;
        this.people = people;
        this.jdbc = jdbc;
        this.mode = mode;
        snapshot = new TransactionTemplate(transactions);
        snapshot.setIsolationLevel(TransactionDefinition.ISOLATION_REPEATABLE_READ);
        transaction = new TransactionTemplate(transactions);
    }

    /**
     * The result of a verification.
     *
     * @param compared the number of people
     * @param different the people whose state was not the fold of their events
     */
    record Result(long compared, List<PersonId> different) {}

    @Override
    public void run(ApplicationArguments arguments) {
        switch (mode) {
            case "" -> {}
            case "report" -> report(verify(false), "left as it is");
            case "repair" -> report(verify(true), "derived anew");
            default -> throw new IllegalArgumentException("ledger.verify-state is neither report nor repair: " + mode);
        }
    }

    private static void report(Result result, String done) {
        result.different()
                .forEach(person -> LOG.warn("The state of person {} differed from its events; {}", person, done));
        LOG.info(
                "Compared the state of {} people with their events; {} differed",
                result.compared(),
                result.different().size());
    }

    /** Compares all people, and with {@code repair} derives those states anew that differ. */
    Result verify(boolean repair) {
        var different = new ArrayList<PersonId>();
        var compared = 0L;
        var after = BEFORE_ALL;
        var page = pageAfter(after);
        while (!page.isEmpty()) {
            var found = differentAmong(page);
            if (repair) {
                found.forEach(this::deriveAnew);
            }
            different.addAll(found);
            compared += page.size();
            after = page.getLast().value();
            page = pageAfter(after);
        }
        return new Result(compared, List.copyOf(different));
    }

    private List<PersonId> pageAfter(UUID after) {
        return jdbc.queryForList(PAGE, UUID.class, after, PAGE_SIZE, after, PAGE_SIZE, PAGE_SIZE).stream()
                .map(PersonId::new)
                .toList();
    }

    private List<PersonId> differentAmong(List<PersonId> page) {
        return Objects.requireNonNull(snapshot.execute(status -> people.differing(
                page, engine.readEvents(page.stream().map(PersonId::toString).toList()))));
    }

    private void deriveAnew(PersonId id) {
        transaction.executeWithoutResult(status -> {
            // Keeps others from appending to this person until the new state is committed
            jdbc.query("SELECT FROM person WHERE person_id = ? FOR UPDATE", row -> {}, id.value());
            people.derive(id, engine.readEvents(List.of(id.toString())).get(id.toString()));
        });
    }
}
