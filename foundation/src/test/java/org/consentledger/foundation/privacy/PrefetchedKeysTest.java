package org.consentledger.foundation.privacy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import java.util.stream.Stream;
import org.consentledger.foundation.store.PostgresForTests;
import org.consentledger.foundation.store.TestLedger;
import org.consentledger.kernel.person.PersonId;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;

/** The key cache with more people than it can hold. */
class PrefetchedKeysTest {

    private static final int MAX_CACHED_KEYS = 100;
    private static final int PAGE = 50;

    private final JdbcTemplate jdbc = new JdbcTemplate(PostgresForTests.newLedger());
    private final JdbcPersonKeys keys = new JdbcPersonKeys(jdbc, TestLedger.SECRETS, MAX_CACHED_KEYS);

    @Test
    void a_key_that_does_not_fit_into_the_cache_is_found() {
        var uncached = new JdbcPersonKeys(jdbc, TestLedger.SECRETS, 0);

        assertThat(people(2))
                .allSatisfy(person -> assertThat(uncached.find(person)).isPresent());
    }

    @Test
    void prefetched_keys_are_cached_after_any_earlier_reads() {
        var before = people(10 * MAX_CACHED_KEYS);
        keys.prefetch(before);
        before.forEach(keys::find);
        var page = people(PAGE);

        keys.prefetch(page);

        jdbc.update("DELETE FROM keys.person_key");
        assertThat(page).allSatisfy(person -> assertThat(keys.find(person)).isPresent());
    }

    private Collection<PersonId> people(int number) {
        var people = Stream.generate(PersonId::random).limit(number).toList();
        keys.create(people);
        return people;
    }
}
