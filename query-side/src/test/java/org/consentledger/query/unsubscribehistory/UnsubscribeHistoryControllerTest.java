package org.consentledger.query.unsubscribehistory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.consentledger.query.readmodel.Facts.BY_ANNA;
import static org.consentledger.query.readmodel.Facts.BY_LINK;
import static org.consentledger.query.readmodel.Facts.EVIDENCE;
import static org.consentledger.query.readmodel.Facts.NOWAK;

import java.time.Instant;
import java.util.List;
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

@QuerySideTest
class UnsubscribeHistoryControllerTest {

    private static final Instant NOW = Instant.parse("2026-03-02T09:00:00Z");

    @Autowired
    private Writer writer;

    @Autowired
    private Api api;

    private final PersonId ada = PersonId.random();

    @Test
    void tells_opt_outs_and_opt_ins_with_their_source() {
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
    void nobody_has_none() {
        assertThat(api.get("otto.auditor", "/api/people/" + ada + "/unsubscribe-history")
                        .status())
                .isEqualTo(404);
    }
}
