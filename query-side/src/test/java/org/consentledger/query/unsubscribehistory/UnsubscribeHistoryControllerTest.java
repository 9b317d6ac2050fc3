package org.consentledger.query.unsubscribehistory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.consentledger.query.readmodel.RecordedEvents.BY_ANNA;
import static org.consentledger.query.readmodel.RecordedEvents.BY_LINK;
import static org.consentledger.query.readmodel.RecordedEvents.EVIDENCE;
import static org.consentledger.query.readmodel.RecordedEvents.NOWAK;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.axonframework.config.Configuration;
import org.consentledger.kernel.person.PersonEvent.PersonErased;
import org.consentledger.kernel.person.PersonEvent.PersonExported;
import org.consentledger.kernel.person.PersonEvent.PersonRegistered;
import org.consentledger.kernel.person.PersonEvent.ResubscribeApproved;
import org.consentledger.kernel.person.PersonEvent.Unsubscribed;
import org.consentledger.kernel.person.PersonId;
import org.consentledger.kernel.person.Source;
import org.consentledger.kernel.person.SourceType;
import org.consentledger.kernel.person.UnsubscribeCause;
import org.consentledger.query.testing.Api;
import org.consentledger.query.testing.QuerySideTest;
import org.consentledger.query.testing.Writer;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;

@QuerySideTest
class UnsubscribeHistoryControllerTest {

    private static final Instant NOW = Instant.parse("2026-03-02T09:00:00Z");

    @Autowired
    private Writer writer;

    @Autowired
    private Api api;

    @Autowired
    private Configuration axon;

    private final PersonId ada = PersonId.random();

    @Test
    void lists_opt_outs_and_opt_ins_with_their_source() {
        writer.record(new PersonRegistered(ada, NOWAK, Source.of(SourceType.IMPORT), NOW));
        writer.record(BY_LINK, new Unsubscribed(ada, UnsubscribeCause.REQUESTED, null, "too much", List.of(), NOW));
        writer.record(BY_ANNA, new ResubscribeApproved(ada, EVIDENCE, "letter seen", List.of(), NOW));

        var json = api.get("olga.operator", "/api/people/" + ada + "/unsubscribe-history?minVersion=3")
                .json();

        assertThat(json.get("version").asLong()).isEqualTo(3);
        assertThat(json.at("/entries/0/details").asString()).isEqualTo("Unsubscribe");
        assertThat(json.at("/entries/0/source").asString()).isEqualTo("Clicked Link");
        assertThat(json.at("/entries/0/date").asString()).isEqualTo("2026-03-02T09:00:00Z");
        assertThat(json.at("/entries/0/by/id").asString()).isEqualTo("data-subject");
        assertThat(json.at("/entries/1/details").asString()).isEqualTo("Resubscribe");
        assertThat(json.at("/entries/1/source").asString()).isEqualTo("Anna Admin");
        assertThat(json.at("/entries/1/evidence/givenHow").asString()).isEqualTo("sign-up form");
        assertThat(json.get("entries")).hasSize(2);
    }

    @Test
    void is_up_to_date_at_any_lag_of_the_read_model() {
        writer.record(new PersonRegistered(ada, NOWAK, Source.of(SourceType.IMPORT), NOW));
        writer.awaitReadModels();
        var tail = axon.eventProcessingConfiguration()
                .eventProcessor("unsubscribe_history")
                .orElseThrow();
        tail.shutDown();
        try {
            writer.record(new PersonExported(ada, UUID.randomUUID(), NOW));
            assertThat(askedFor(2).get("entries")).isEmpty();
            assertThat(askedFor(2).get("version").asLong()).isEqualTo(2);

            writer.record(BY_LINK, new Unsubscribed(ada, UnsubscribeCause.REQUESTED, null, "too much", List.of(), NOW));
            assertThat(askedFor(3).at("/entries/0/comment").asString()).isEqualTo("too much");

            writer.record(BY_ANNA, new PersonErased(ada, "asked by letter", NOW));
            assertThat(askedFor(4).at("/entries/0/details").asString()).isEqualTo("Unsubscribe");
            assertThat(askedFor(4).at("/entries/0/comment").asString()).isEmpty();
        } finally {
            tail.start();
        }

        var early = askedFor(4);
        writer.awaitReadModels();
        assertThat(askedFor(4)).isEqualTo(early);
    }

    private JsonNode askedFor(long version) {
        return api.get("olga.operator", "/api/people/" + ada + "/unsubscribe-history?minVersion=" + version)
                .json();
    }

    @Test
    void of_an_unknown_person_is_not_found() {
        assertThat(api.get("otto.auditor", "/api/people/" + ada + "/unsubscribe-history")
                        .status())
                .isEqualTo(404);
    }
}
