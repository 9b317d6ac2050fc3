package org.consentledger.query.readmodel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.consentledger.query.readmodel.RecordedEvents.MONDAY;
import static org.consentledger.query.readmodel.RecordedEvents.NOWAK;

import java.util.ArrayList;
import java.util.UUID;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.consentledger.foundation.store.LedgerEngine;
import org.consentledger.kernel.person.PersonEvent;
import org.consentledger.kernel.person.PersonEvent.PersonExported;
import org.consentledger.kernel.person.PersonEvent.PersonRegistered;
import org.consentledger.kernel.person.PersonId;
import org.consentledger.kernel.person.Source;
import org.consentledger.kernel.person.SourceType;
import org.consentledger.query.testing.QuerySideTest;
import org.consentledger.query.testing.Writer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;

@QuerySideTest
class LedgerTest {

    @Autowired
    private Writer writer;

    @Autowired
    private CountedLedger counted;

    @ParameterizedTest
    @ValueSource(ints = {1, LedgerEngine.HISTORY_PAGE, LedgerEngine.HISTORY_PAGE + 1, 2 * LedgerEngine.HISTORY_PAGE})
    void a_history_of_any_length_is_complete_and_in_order(int length) {
        var person = lived(length);
        var sequences = new ArrayList<Long>();

        counted.ledger().history(person, 0, fact -> sequences.add(fact.sequence()));

        assertThat(sequences)
                .containsExactlyElementsOf(LongStream.range(0, length).boxed().toList());
    }

    @Test
    void a_history_that_fits_into_a_page_needs_two_queries() {
        var person = lived(100);
        var before = counted.queries();

        counted.ledger().history(person, 0, fact -> {});

        assertThat(counted.queries() - before)
                .as("the events, and their provenance")
                .isEqualTo(2);
    }

    private PersonId lived(int length) {
        var person = PersonId.random();
        Stream<PersonEvent> life = Stream.concat(
                Stream.of(new PersonRegistered(person, NOWAK, Source.of(SourceType.IMPORT), MONDAY)),
                Stream.generate(() -> new PersonExported(person, UUID.randomUUID(), MONDAY)));
        writer.record(life.limit(length).toArray(PersonEvent[]::new));
        return person;
    }
}
