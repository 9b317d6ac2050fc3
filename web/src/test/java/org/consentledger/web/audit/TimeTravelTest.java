package org.consentledger.web.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import org.consentledger.web.testing.Browser;
import org.consentledger.web.testing.LedgerStandIn;
import org.consentledger.web.testing.PagesTest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;

/** What the page says of an instant, and which instant it asks for when that is sent back. */
@PagesTest
class TimeTravelTest {

    private static final Pattern FIELD = Pattern.compile("name=\"asOf\"[^>]* value=\"([^\"]*)\"");
    private static final Pattern LOCALS = Pattern.compile("data-locals=\"([^\"]*)\"");

    @Autowired
    private Browser browser;

    private final UUID person = UUID.randomUUID();
    private final AtomicReference<String> asked = new AtomicReference<>("");

    @BeforeEach
    void knowAPerson() {
        LedgerStandIn.answer("/api/people/" + person, question -> {
            if (!question.parameter("asOf").isEmpty()) {
                asked.set(question.parameter("asOf"));
            }
            question.json(200, """
                    {"personId":"%s","version":2,"firstName":"Ada","emails":[],"phones":[],
                     "createdAt":"2026-01-01T00:00:00Z","updatedAt":"2026-01-01T00:00:00Z","createdBy":{"id":"o","name":"Olga"},
                     "source":{"type":"IMPORT","setAt":"2026-01-01T00:00:00Z","setBy":{"id":"o","name":"Olga"}},
                     "subscription":{"status":"SUBSCRIBED","since":"2026-01-01T00:00:00Z"},"erased":false}
                    """.formatted(person));
        });
    }

    @ParameterizedTest
    @CsvSource({
        "2026-07-01T09:00:00.400001Z, 2026-07-01T11:00:00.401",
        "2026-07-01T09:00:00.400Z,    2026-07-01T11:00:00.400",
        "2026-12-31T23:59:59.999999Z, 2027-01-01T01:00",
        // The second time that it is half past two in that night
        "2026-10-25T01:30:00.5Z,      2026-10-25T02:30:00.500"
    })
    void the_time_field_is_in_the_zone_of_the_page_and_includes_the_event(Instant fact, String moment)
            throws IOException {
        recorded(fact, fact.minusSeconds(60));

        var shown = browser.get("/people/" + person + "/audit?asOf=" + fact).body();
        assertThat(found(FIELD, shown)).isEqualTo(moment);
        assertThat(found(LOCALS, shown)).endsWith(" " + moment);

        browser.get("/people/" + person + "/audit?asOf=" + moment);
        assertThat(Instant.parse(asked.get())).isBetween(fact, fact.plusMillis(1));
    }

    @Test
    void a_time_in_the_address_is_queried_to_the_microsecond() throws IOException {
        recorded(Instant.parse("2026-07-01T09:00:00.400001Z"), Instant.parse("2026-07-01T09:00:00.400002Z"));

        browser.get("/people/" + person + "/audit?asOf=2026-07-01T09:00:00.400001Z");

        assertThat(asked.get()).isEqualTo("2026-07-01T09:00:00.400001Z");
    }

    private void recorded(Instant newest, Instant oldest) {
        LedgerStandIn.answer(
                "/api/people/" + person + "/audit-trail",
                question -> question.json(200, "{\"entries\":[%s,%s]}".formatted(entry(2, newest), entry(1, oldest))));
    }

    private String entry(int version, Instant recordedAt) {
        return """
                {"position":%d,"eventId":"%s","personId":"%s","version":%1$d,"type":"SourceSet","recordedAt":"%s",
                 "actor":{"id":"o","name":"Olga"},"via":"API","changes":[]}
                """.formatted(version, UUID.randomUUID(), person, recordedAt);
    }

    private static String found(Pattern pattern, String page) {
        var match = pattern.matcher(page);
        assertThat(match.find()).as(page).isTrue();
        return match.group(1);
    }
}
