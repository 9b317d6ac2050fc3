package org.consentledger.query.reports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.consentledger.query.readmodel.RecordedEvents.BY_OLGA;
import static org.consentledger.query.readmodel.RecordedEvents.NOWAK;

import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.consentledger.kernel.person.AddressEvent.AddressSuppressed;
import org.consentledger.kernel.person.Authorization;
import org.consentledger.kernel.person.PersonEvent.AuthorizationSet;
import org.consentledger.kernel.person.PersonEvent.PersonErased;
import org.consentledger.kernel.person.PersonEvent.PersonRegistered;
import org.consentledger.kernel.person.PersonEvent.Unsubscribed;
import org.consentledger.kernel.person.PersonId;
import org.consentledger.kernel.person.Source;
import org.consentledger.kernel.person.SourceType;
import org.consentledger.kernel.person.UnsubscribeCause;
import org.consentledger.kernel.person.UnsubscribeReason;
import org.consentledger.query.testing.Api;
import org.consentledger.query.testing.QuerySideTest;
import org.consentledger.query.testing.Writer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;

@QuerySideTest
class ReportControllerTest {

    private static final Instant LONG_AGO = Instant.parse("1999-05-05T09:00:00Z");

    @Autowired
    private Writer writer;

    @Autowired
    private Api api;

    @Test
    void people_are_counted_by_authorization_source_and_subscription_without_the_erased() {
        writer.awaitReadModels();
        var authorizations = countsOf("people-by-authorization");
        var sources = countsOf("people-by-source");
        var subscriptions = countsOf("people-by-subscription");

        register();
        consent(register(), "2026-01-01");
        optOut(register(), UnsubscribeCause.REQUESTED, LONG_AGO);
        writer.record(new PersonErased(register(), "asked for it", LONG_AGO));
        writer.awaitReadModels();

        assertThat(growth(authorizations, countsOf("people-by-authorization")))
                .isEqualTo(Map.of("NONE", 2L, "CONSENT", 1L));
        assertThat(growth(sources, countsOf("people-by-source"))).isEqualTo(Map.of("CHROME_EXTENSION", 3L));
        assertThat(growth(subscriptions, countsOf("people-by-subscription")))
                .isEqualTo(Map.of("SUBSCRIBED", 2L, "UNSUBSCRIBED", 1L));
    }

    @Test
    void opt_outs_that_a_person_stated_are_counted_by_day_and_reason() {
        var day = Instant.parse("1998-07-07T09:00:00Z");
        optOut(register(), UnsubscribeCause.REQUESTED, day);
        optOut(register(), UnsubscribeCause.REQUESTED, day);
        optOut(register(), UnsubscribeCause.SUPPRESSED_ADDRESS, day);
        writer.record(
                BY_OLGA, new AddressSuppressed(writer.hash.ofEmail(UUID.randomUUID() + "@example.org"), null, day));
        writer.awaitReadModels();

        var json = api.get("ralf.analyst", "/api/reports/opt-outs?from=1998-07-07&to=1998-07-08")
                .json();

        assertThat(json.get("days").size()).isEqualTo(2);
        assertThat(json.at("/days/0/date").asString()).isEqualTo("1998-07-07");
        assertThat(json.at("/days/0/label").asString()).isEqualTo("No reason given");
        assertThat(json.at("/days/1/reason").asString()).isEqualTo("TOO_FREQUENT");
        assertThat(json.at("/days/1/count").asLong()).isEqualTo(2);
        assertThat(json.get("total").asLong()).isEqualTo(3);
    }

    @Test
    void old_consents_are_found_page_by_page_the_oldest_first_and_counted_once() {
        var people = new ArrayList<String>();
        for (var date : List.of("1990-01-03", "1990-01-02", "1990-01-02", "1990-01-02", "1990-01-01")) {
            var person = register();
            consent(person, date);
            people.add(date + " " + person);
        }
        people.sort(Comparator.naturalOrder());
        writer.awaitReadModels();

        var found = new ArrayList<String>();
        String next = null;
        do {
            var json = api.get(
                            "ralf.analyst",
                            "/api/reports/old-consents?months=360&limit=2" + (next == null ? "" : "&after=" + next))
                    .json();
            assertThat(json.path("count").asLong(0)).isEqualTo(next == null ? 5 : 0);
            json.get("people")
                    .forEach(line -> found.add(line.get("dateOfConsent").asString() + " "
                            + line.get("personId").asString()));
            next = json.get("next").isNull() ? null : json.get("next").asString();
        } while (next != null);
        assertThat(found).isEqualTo(people);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "old-consents?months=0",
                "old-consents?months=x",
                "old-consents?months=3&after=zzz",
                "old-consents",
                "opt-outs?from=2026-02-30",
                "opt-outs?to=today",
                "opt-outs?from=2026-03-02&to=2026-03-01",
                "opt-outs?from=1900-01-01&to=2026-03-01"
            })
    void an_invalid_query_is_refused(String query) {
        var answer = api.get("ralf.analyst", "/api/reports/" + query);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.field()).isIn("months", "after", "from", "to");
    }

    @Test
    void reports_need_the_role_analyst() {
        assertThat(api.get("olga.operator", "/api/reports/people-by-source").status())
                .isEqualTo(403);
    }

    private PersonId register() {
        var person = PersonId.random();
        writer.record(new PersonRegistered(person, NOWAK, Source.of(SourceType.CHROME_EXTENSION), LONG_AGO));
        return person;
    }

    private void consent(PersonId person, String date) {
        writer.record(
                new AuthorizationSet(person, Authorization.consent(LocalDate.parse(date), "news"), null, LONG_AGO));
    }

    private void optOut(PersonId person, UnsubscribeCause cause, Instant at) {
        writer.record(new Unsubscribed(person, cause, UnsubscribeReason.TOO_FREQUENT, null, List.of(), at));
    }

    private Map<String, Long> countsOf(String report) {
        var counts = new HashMap<String, Long>();
        api.get("ralf.analyst", "/api/reports/" + report)
                .json()
                .get("counts")
                .forEach(line -> counts.put(
                        line.get("type").asString(), line.get("count").asLong()));
        return counts;
    }

    private static Map<String, Long> growth(Map<String, Long> before, Map<String, Long> after) {
        var growth = new HashMap<String, Long>();
        after.forEach((type, count) -> {
            if (count > before.get(type)) {
                growth.put(type, count - before.get(type));
            }
        });
        return growth;
    }
}
