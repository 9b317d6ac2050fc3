package org.consentledger.query.people;

import static org.assertj.core.api.Assertions.assertThat;
import static org.consentledger.query.readmodel.RecordedEvents.BY_ANNA;
import static org.consentledger.query.readmodel.RecordedEvents.EVIDENCE;
import static org.consentledger.query.readmodel.RecordedEvents.NOWAK;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.consentledger.kernel.person.Authorization;
import org.consentledger.kernel.person.ContactField;
import org.consentledger.kernel.person.FieldChange;
import org.consentledger.kernel.person.PersonEvent.AuthorizationSet;
import org.consentledger.kernel.person.PersonEvent.ContactDataChanged;
import org.consentledger.kernel.person.PersonEvent.PersonErased;
import org.consentledger.kernel.person.PersonEvent.PersonRegistered;
import org.consentledger.kernel.person.PersonEvent.ResubscribeRequested;
import org.consentledger.kernel.person.PersonEvent.Unsubscribed;
import org.consentledger.kernel.person.PersonId;
import org.consentledger.kernel.person.Source;
import org.consentledger.kernel.person.SourceType;
import org.consentledger.kernel.person.UnsubscribeCause;
import org.consentledger.kernel.person.UnsubscribeReason;
import org.consentledger.query.testing.Api;
import org.consentledger.query.testing.QuerySideTest;
import org.consentledger.query.testing.Writer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

@QuerySideTest
class PersonControllerTest {

    private static final Instant NOW = Instant.now().truncatedTo(ChronoUnit.MICROS);

    @Autowired
    private Writer writer;

    @Autowired
    private Api api;

    private final PersonId ada = PersonId.random();

    @Test
    void shows_a_person_as_the_contract_has_it() {
        writer.record(registered(), consented());

        var answer = api.get("olga.operator", "/api/people/" + ada + "?minVersion=2");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("ETag")).isEqualTo("\"2\"");
        assertThat(answer.header("Cache-Control")).contains("no-store");
        var json = answer.json();
        assertThat(json.get("personId").asString()).isEqualTo(ada.toString());
        assertThat(json.get("version").asLong()).isEqualTo(2);
        assertThat(json.get("firstName").asString()).isEqualTo("Ada");
        assertThat(json.at("/emails/1").asString()).isEqualTo("nowak@example.org");
        assertThat(json.get("title").isNull()).isTrue();
        assertThat(json.at("/createdBy/name").asString()).isEqualTo("Olga Operator");
        assertThat(json.at("/authorization/type").asString()).isEqualTo("CONSENT");
        assertThat(json.at("/authorization/label").asString()).isEqualTo("Consent");
        assertThat(json.at("/authorization/dateOfConsent").asString()).isEqualTo("2026-03-01");
        assertThat(json.at("/authorization/gdpr").asString()).isEqualTo("Art. 6(1)(a)");
        assertThat(json.at("/authorization/dpv").asString()).isEqualTo("https://w3id.org/dpv#Consent");
        assertThat(json.at("/authorization/setAt").asString()).isEqualTo(NOW.toString());
        assertThat(json.at("/authorization/setBy/id").asString()).isEqualTo("u-olga");
        assertThat(json.at("/source/type").asString()).isEqualTo("IMPORT");
        assertThat(json.at("/source/label").asString()).isEqualTo("Import");
        assertThat(json.at("/subscription/status").asString()).isEqualTo("SUBSCRIBED");
        assertThat(json.get("erased").asBoolean()).isFalse();
    }

    @Test
    void shows_the_compliance_card_alone() {
        writer.record(registered());
        writer.record(BY_ANNA, unsubscribed(), new ResubscribeRequested(ada, EVIDENCE, NOW));

        var answer = api.get("ralf.analyst", "/api/people/" + ada + "/compliance-card?minVersion=3");

        assertThat(answer.header("ETag")).isEqualTo("\"3\"");
        var json = answer.json();
        assertThat(json.propertyNames())
                .containsExactlyInAnyOrder("personId", "version", "authorization", "source", "subscription");
        assertThat(json.get("authorization").isNull()).isTrue();
        assertThat(json.at("/subscription/status").asString()).isEqualTo("UNSUBSCRIBED");
        assertThat(json.at("/subscription/reason").asString()).isEqualTo("TOO_FREQUENT");
        assertThat(json.at("/subscription/via").asString()).isEqualTo("API");
        assertThat(json.at("/subscription/resubscribeRequest/givenHow").asString())
                .isEqualTo("sign-up form");
    }

    @Nested
    class The_past {

        @Test
        void is_shown_as_it_was_known_then() {
            writer.record(registered());
            var before = lastChange(1);
            writer.record(new ContactDataChanged(
                    ada, List.of(new FieldChange(ContactField.FIRST_NAME, List.of("Ada"), List.of("Eve"))), NOW));

            assertThat(asOf(before, "").json().get("firstName").asString()).isEqualTo("Ada");
            assertThat(asOf(before, "").header("ETag")).isEqualTo("\"1\"");
            assertThat(asOf(lastChange(2), "").json().get("firstName").asString())
                    .isEqualTo("Eve");
        }

        @Test
        void begins_with_the_registration() {
            writer.record(registered());
            var before = lastChange(1).minusNanos(1_000);

            assertThat(asOf(before, "").status()).isEqualTo(404);
            assertThat(asOf(before, "/compliance-card").problem()).isEqualTo("unknown-person");
        }

        @Test
        void of_an_erased_person_shows_placeholders_for_personal_values() {
            writer.record(registered(), consented());
            var before = lastChange(2);
            writer.record(new PersonErased(ada, "asked for it", NOW));

            var then = asOf(before, "").json();
            assertThat(then.get("firstName").asString()).isEqualTo("[erased]");
            assertThat(then.get("title").isNull()).isTrue();
            assertThat(then.at("/authorization/purposeOfProcessing").asString()).isEqualTo("[erased]");
            assertThat(then.at("/authorization/dateOfConsent").asString()).isEqualTo("2026-03-01");
            assertThat(then.get("erased").asBoolean()).isTrue();
            var now = api.get("olga.operator", "/api/people/" + ada + "?minVersion=3")
                    .json();
            assertThat(now.get("erased").asBoolean()).isTrue();
            assertThat(now.get("firstName").isNull()).isTrue();
            assertThat(now.at("/authorization/type").asString()).isEqualTo("CONSENT");
        }

        private Api.Answer asOf(Instant instant, String part) {
            return api.get("otto.auditor", "/api/people/" + ada + part + "?asOf=" + instant);
        }
    }

    @Nested
    class Reading_your_own_write {

        @Test
        void waits_for_the_version_and_gives_up_after_two_seconds() {
            writer.record(registered());
            var begun = System.nanoTime();

            var answer = api.get("olga.operator", "/api/people/" + ada + "?minVersion=2");

            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.header("Retry-After")).isEqualTo("1");
            assertThat(answer.problem()).isEqualTo("read-model-behind");
            assertThat(Duration.ofNanos(System.nanoTime() - begun))
                    .isBetween(Duration.ofSeconds(2), Duration.ofSeconds(4));
        }

        @Test
        void succeeds_for_every_version() {
            writer.record(registered());
            for (int version = 2; version < 30; version++) {
                writer.record(new ContactDataChanged(
                        ada,
                        List.of(new FieldChange(ContactField.TITLE, List.of(), List.of("Title " + version))),
                        NOW));
                var json = api.get("olga.operator", "/api/people/" + ada + "?minVersion=" + version)
                        .json();
                assertThat(json.get("title").asString()).isEqualTo("Title " + version);
            }
        }
    }

    @Nested
    class An_invalid_query {

        @Test
        void names_the_parameter() {
            assertThat(api.get("olga.operator", "/api/people/not-a-uuid").field())
                    .isEqualTo("id");
            assertThat(api.get("olga.operator", "/api/people/" + ada + "?asOf=yesterday")
                            .field())
                    .isEqualTo("asOf");
            assertThat(api.get("olga.operator", "/api/people/" + ada + "?minVersion=-1")
                            .field())
                    .isEqualTo("minVersion");
        }

        @Test
        void or_an_unknown_person_is_answered_404() {
            var answer = api.get("olga.operator", "/api/people/" + PersonId.random());

            assertThat(answer.status()).isEqualTo(404);
            assertThat(answer.problem()).isEqualTo("unknown-person");
        }
    }

    @Nested
    class Roles {

        @Test
        void decide_which_endpoints_answer() {
            writer.record(registered());
            writer.awaitReadModels();

            assertThat(api.get(null, "/api/people/" + ada).status()).isEqualTo(401);
            assertThat(api.get("ralf.analyst", "/api/people/" + ada).status()).isEqualTo(403);
            assertThat(api.get("anna.admin", "/api/people/" + ada).status()).isEqualTo(200);
            assertThat(api.get("ralf.analyst", "/api/people/" + ada + "/compliance-card")
                            .status())
                    .isEqualTo(200);
            assertThat(api.get("olga.operator", "/api/people/" + ada + "/audit-trail")
                            .status())
                    .isEqualTo(403);
            assertThat(api.get("ralf.analyst", "/api/people/" + ada + "/unsubscribe-history")
                            .status())
                    .isEqualTo(403);
        }
    }

    /** When the last change so far was recorded. */
    private Instant lastChange(long version) {
        return Instant.parse(api.get("olga.operator", "/api/people/" + ada + "?minVersion=" + version)
                .json()
                .get("updatedAt")
                .asString());
    }

    private PersonRegistered registered() {
        return new PersonRegistered(ada, NOWAK, Source.of(SourceType.IMPORT), NOW);
    }

    private AuthorizationSet consented() {
        return new AuthorizationSet(
                ada, Authorization.consent(LocalDate.parse("2026-03-01"), "News by e-mail"), null, NOW);
    }

    private Unsubscribed unsubscribed() {
        return new Unsubscribed(ada, UnsubscribeCause.REQUESTED, UnsubscribeReason.TOO_FREQUENT, null, List.of(), NOW);
    }
}
