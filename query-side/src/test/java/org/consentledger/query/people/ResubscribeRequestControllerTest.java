package org.consentledger.query.people;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.consentledger.kernel.person.ContactData;
import org.consentledger.kernel.person.ContactField;
import org.consentledger.kernel.person.Evidence;
import org.consentledger.kernel.person.PersonEvent.PersonErased;
import org.consentledger.kernel.person.PersonEvent.PersonRegistered;
import org.consentledger.kernel.person.PersonEvent.ResubscribeRejected;
import org.consentledger.kernel.person.PersonEvent.ResubscribeRequested;
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
class ResubscribeRequestControllerTest {

    private static final Instant NOW = Instant.parse("2026-03-02T09:00:00Z");
    private static final Evidence EVIDENCE =
            new Evidence(LocalDate.parse("2026-03-01"), "Product news", "phone call", null);

    @Autowired
    private Writer writer;

    @Autowired
    private Api api;

    @Test
    void pending_requests_are_listed_page_by_page_the_oldest_first() {
        var third = requested(NOW.plusSeconds(30));
        var first = requested(NOW.plusSeconds(10));
        var second = requested(NOW.plusSeconds(20));
        var rejected = requested(NOW);
        writer.record(new ResubscribeRejected(rejected, "no proof", NOW.plusSeconds(40)));
        var gone = requested(NOW);
        writer.record(new PersonErased(gone, "asked for it", NOW.plusSeconds(40)));
        writer.awaitReadModels();

        var seen = new ArrayList<String>();
        String after = "";
        while (after != null) {
            var page = api.get("olga.operator", "/api/resubscribe-requests?limit=2" + after)
                    .json();
            assertThat(page.get("total").asInt()).isGreaterThanOrEqualTo(3);
            for (var person : page.get("people")) {
                seen.add(person.get("personId").asString());
                assertThat(person.at("/subscription/resubscribeRequest/givenHow")
                                .isString())
                        .isTrue();
            }
            after = page.get("next").isNull()
                    ? null
                    : "&after=" + page.get("next").asString();
        }

        assertThat(seen)
                .containsSubsequence(first.toString(), second.toString(), third.toString())
                .doesNotContain(rejected.toString(), gone.toString())
                .doesNotHaveDuplicates();
    }

    @Test
    void an_analyst_is_forbidden() {
        assertThat(api.get("ralf.analyst", "/api/resubscribe-requests").status())
                .isEqualTo(403);
    }

    private PersonId requested(Instant at) {
        var person = PersonId.random();
        writer.record(new PersonRegistered(
                person,
                ContactData.NONE.with(ContactField.EMAILS, List.of(person + "@example.org")),
                Source.of(SourceType.IMPORT),
                NOW));
        writer.record(new Unsubscribed(person, UnsubscribeCause.REQUESTED, null, null, List.of(), NOW));
        writer.record(new ResubscribeRequested(person, EVIDENCE, at));
        return person;
    }
}
