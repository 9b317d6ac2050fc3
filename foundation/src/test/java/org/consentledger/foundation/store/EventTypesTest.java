package org.consentledger.foundation.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.consentledger.kernel.person.AddressEvent;
import org.consentledger.kernel.person.PersonEvent;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each event type has a row in the table {@code event_type}, and each event can be stored and read. */
class EventTypesTest {

    private static TestLedger ledger;

    @BeforeAll
    static void start() {
        ledger = new TestLedger();
    }

    static Stream<Object> events() {
        return ExampleEvents.events();
    }

    @Test
    void the_table_names_exactly_the_event_types() {
        assertThat(ledger.jdbc.queryForList("SELECT name FROM event_type", String.class))
                .containsExactlyInAnyOrderElementsOf(Stream.of(
                                PersonEvent.class.getPermittedSubclasses(), AddressEvent.class.getPermittedSubclasses())
                        .flatMap(Stream::of)
                        .map(Class::getSimpleName)
                        .toList());
    }

    @Test
    void the_index_of_erasures_holds_the_erasures() {
        assertThat(ledger.jdbc.queryForObject("SELECT id FROM event_type WHERE name = 'PersonErased'", Integer.class))
                .isEqualTo(16);
        assertThat(ledger.jdbc.queryForObject(
                        "SELECT indexdef FROM pg_indexes WHERE indexname = 'event_erasures'", String.class))
                .endsWith("WHERE (type = 16)");
    }

    @ParameterizedTest
    @MethodSource("events")
    void an_event_of_each_type_reads_back_as_it_was_appended(Object event) {
        var stream = switch (event) {
            case PersonEvent ofPerson -> ofPerson.personId().toString();
            case AddressEvent ofAddress -> ofAddress.address().value();
            default -> throw new IllegalArgumentException("Neither about a person nor about an address");
        };
        if (event instanceof PersonEvent ofPerson) {
            ledger.keys.create(List.of(ofPerson.personId()));
        }
        var next = ledger.engine.lastSequenceNumberFor(stream).orElse(-1L) + 1;

        ledger.engine.appendEvents(List.of(new GenericDomainEventMessage<>("Stream", stream, next, event, Map.of())));

        assertThat(ledger.readAfter(null))
                .last()
                .extracting(EventMessage::getPayload)
                .isEqualTo(event);
    }
}
