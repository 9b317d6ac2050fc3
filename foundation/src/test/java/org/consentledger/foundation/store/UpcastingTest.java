package org.consentledger.foundation.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import javax.sql.DataSource;
import org.axonframework.serialization.SimpleSerializedType;
import org.axonframework.serialization.upcasting.event.EventUpcaster;
import org.axonframework.serialization.upcasting.event.IntermediateEventRepresentation;
import org.axonframework.serialization.upcasting.event.SingleEventUpcaster;
import org.consentledger.foundation.privacy.PersonKeys;
import org.consentledger.kernel.person.PersonEvent.PersonExported;
import org.consentledger.kernel.person.PersonId;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** An upcaster that is a bean converts the events of an earlier revision whenever they are read. */
class UpcastingTest {

    private static final Instant NOON = Instant.parse("2026-03-02T12:00:00Z");

    /** Reads a revision in which the time had another name. */
    private static final class FromRevisionZero extends SingleEventUpcaster {

        private static final SimpleSerializedType OLD = new SimpleSerializedType("PersonExported", "0");

        @Override
        protected boolean canUpcast(IntermediateEventRepresentation event) {
            return event.getType().equals(OLD);
        }

        @Override
        protected IntermediateEventRepresentation doUpcast(IntermediateEventRepresentation event) {
            return event.upcastPayload(new SimpleSerializedType("PersonExported", "1"), JsonNode.class, json -> {
                var renamed = (ObjectNode) json;
                renamed.set("at", renamed.remove("exportedAt"));
                return renamed;
            });
        }
    }

    @Test
    void an_event_of_an_earlier_revision_reads_as_the_event_of_today() {
        var ledger = new TestLedger();
        var person = PersonId.random();
        var exported = new PersonExported(person, person.value(), NOON);
        ledger.append(0, exported);
        PostgresForTests.asOwner(ledger.jdbc)
                .update("UPDATE event SET revision = 0, payload ="
                        + " convert_to(replace(convert_from(payload, 'UTF8'), '\"at\"', '\"exportedAt\"'), 'UTF8')");

        try (var context = new AnnotationConfigApplicationContext()) {
            context.registerBean(DataSource.class, () -> ledger.dataSource);
            context.registerBean(JdbcTemplate.class, () -> ledger.jdbc);
            context.registerBean(PersonKeys.class, () -> ledger.keys);
            context.registerBean(PlatformTransactionManager.class, () -> new JdbcTransactionManager(ledger.dataSource));
            context.registerBean(EventUpcaster.class, FromRevisionZero::new);
            context.register(StoreAutoConfiguration.class);
            context.refresh();
            var engine = context.getBean(LedgerEngine.class);

            assertThat(engine.readEvents(List.of(person.toString()))
                            .get(person.toString())
                            .getFirst()
                            .getPayload())
                    .isEqualTo(exported);
        }
    }
}
