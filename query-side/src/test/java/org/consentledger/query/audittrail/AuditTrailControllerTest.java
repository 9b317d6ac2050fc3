package org.consentledger.query.audittrail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.consentledger.query.readmodel.RecordedEvents.BY_ANNA;
import static org.consentledger.query.readmodel.RecordedEvents.NOWAK;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.consentledger.kernel.person.AddressEvent.AddressSuppressed;
import org.consentledger.kernel.person.ContactField;
import org.consentledger.kernel.person.FieldChange;
import org.consentledger.kernel.person.PersonEvent.ContactDataChanged;
import org.consentledger.kernel.person.PersonEvent.PersonErased;
import org.consentledger.kernel.person.PersonEvent.PersonExported;
import org.consentledger.kernel.person.PersonEvent.PersonRegistered;
import org.consentledger.kernel.person.PersonEvent.SourceSet;
import org.consentledger.kernel.person.PersonId;
import org.consentledger.kernel.person.Source;
import org.consentledger.kernel.person.SourceType;
import org.consentledger.kernel.provenance.Actor;
import org.consentledger.kernel.provenance.Provenance;
import org.consentledger.kernel.provenance.Via;
import org.consentledger.query.testing.Api;
import org.consentledger.query.testing.QuerySideTest;
import org.consentledger.query.testing.Writer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;

@QuerySideTest
class AuditTrailControllerTest {

    private static final Instant NOW = Instant.parse("2026-03-02T09:00:00Z");

    @Autowired
    private Writer writer;

    @Autowired
    private Api api;

    private final PersonId ada = PersonId.random();
    private final String actor = "actor-" + UUID.randomUUID();

    @Test
    void shows_the_actor_the_field_and_the_old_and_new_value() {
        writer.record(registered());
        writer.record(BY_ANNA, retitled("CTO"));

        var json = api.get("otto.auditor", "/api/people/" + ada + "/audit-trail?minVersion=2")
                .json();

        assertThat(json.get("next").isNull()).isTrue();
        assertThat(json.get("entries")).hasSize(2);
        var entry = json.at("/entries/1");
        assertThat(entry.get("type").asString()).isEqualTo("ContactDataChanged");
        assertThat(entry.get("version").asLong()).isEqualTo(2);
        assertThat(entry.get("position").asLong())
                .isGreaterThan(json.at("/entries/0/position").asLong());
        assertThat(entry.at("/actor/name").asString()).isEqualTo("Anna Admin");
        assertThat(entry.at("/actor/roles/0").asString()).isEqualTo("admin");
        assertThat(entry.get("via").asString()).isEqualTo("API");
        assertThat(entry.get("correlationId").asString()).isEqualTo("c-2");
        assertThat(entry.at("/changes/0/field").asString()).isEqualTo("title");
        assertThat(entry.at("/changes/0/from").isNull()).isTrue();
        assertThat(entry.at("/changes/0/to").asString()).isEqualTo("CTO");
    }

    @Test
    void shows_changes_without_their_values_after_an_erasure() {
        writer.record(registered());
        writer.record(retitled("Unmistakable"));
        writer.record(BY_ANNA, new PersonErased(ada, "asked for it", NOW));

        var answer = api.get("otto.auditor", "/api/people/" + ada + "/audit-trail?minVersion=3");

        assertThat(answer.text()).doesNotContain("Unmistakable", "Nowak");
        assertThat(answer.json().at("/entries/1/changes/0/to").asString()).isEqualTo("[erased]");
        assertThat(answer.json().at("/entries/2/type").asString()).isEqualTo("PersonErased");
    }

    @Test
    void hides_the_values_of_an_erased_person_also_while_a_key_could_still_be_read() {
        writer.record(registered(), retitled("Unmistakable"));
        writer.record(
                BY_ANNA,
                new PersonErased(ada, "asked for it", NOW),
                new PersonExported(
                        ada, UUID.randomUUID(), NOW)); // the writer destroys the key after a last erasure only

        assertThat(api.get("otto.auditor", "/api/people/" + ada + "/audit-trail")
                        .text())
                .contains("[erased]")
                .doesNotContain("Unmistakable", "Nowak");
    }

    @Test
    void shows_an_event_that_was_changed_in_the_database_as_unreadable() {
        writer.record(registered(), retitled("CTO"), retitled("CEO"));
        writer.awaitReadModels(); // so that the event becomes no dead letter

        try (var damage = writer.damage(ada, "{no JSON")) {
            var entries = api.get("otto.auditor", "/api/people/" + ada + "/audit-trail")
                    .json()
                    .get("entries");

            assertThat(entries.findValuesAsString("type"))
                    .containsExactly("PersonRegistered", "ContactDataChanged", "ContactDataChanged");
            assertThat(entries.at("/1/changes/0/to").asString()).isEqualTo("[unreadable]");
            assertThat(entries.at("/2/changes/0/to").asString()).isEqualTo("CEO");
        }
    }

    @Test
    void of_the_ledger_can_be_narrowed_and_paged() {
        var somebody = new Provenance(new Actor(actor, "Somebody", List.of("operator")), Via.BULK, "c", "job-7");
        writer.record(somebody, registered());
        for (int i = 0; i < 6; i++) {
            writer.record(somebody, retitled("Title " + i));
        }
        writer.record(somebody, new SourceSet(ada, Source.of(SourceType.IMPORT), Source.of(SourceType.OTHER), NOW));
        writer.record(somebody, new AddressSuppressed(writer.hash.ofEmail(actor + "@example.org"), null, NOW));

        assertThat(typesOf("&type=SourceSet")).containsExactly("SourceSet");
        assertThat(typesOf("&via=BULK")).hasSize(9);
        assertThat(typesOf("&via=LINK")).isEmpty();
        assertThat(typesOf("&from=2999-01-01T00:00:00Z")).isEmpty();
        assertThat(typesOf("&to=2000-01-01T00:00:00Z")).isEmpty();
        assertThat(typesOf("&from=2000-01-01T00:00:00Z&to=+999999999-12-31T23:59:59Z".replace("+", "%2B")))
                .hasSize(9);
        var paged = new ArrayList<Long>();
        String next = "0";
        while (next != null) {
            var page = api.get("otto.auditor", "/api/audit-trail?limit=2&actor=" + actor + "&after=" + next)
                    .json();
            page.get("entries").forEach(entry -> paged.add(entry.get("position").asLong()));
            next = page.get("next").isNull() ? null : page.get("next").asString();
        }
        assertThat(paged).hasSize(9).doesNotHaveDuplicates().isSorted();
        var backwards = new ArrayList<Long>();
        String before = "";
        while (before != null) {
            var page = api.get("otto.auditor", "/api/audit-trail?sort=-position&limit=4&actor=" + actor + before)
                    .json();
            page.get("entries")
                    .forEach(entry -> backwards.add(entry.get("position").asLong()));
            before = page.get("next").isNull()
                    ? null
                    : "&after=" + page.get("next").asString();
        }
        assertThat(backwards.reversed()).isEqualTo(paged);
        var last = api.get("otto.auditor", "/api/audit-trail?type=AddressSuppressed&actor=" + actor)
                .json()
                .at("/entries/0");
        assertThat(last.get("personId").isNull()).isTrue();
        assertThat(last.get("address").asString())
                .isEqualTo(writer.hash.ofEmail(actor + "@example.org").value());
        assertThat(last.get("jobId").asString()).isEqualTo("job-7");
    }

    @Test
    void of_a_person_can_be_read_from_the_newest_entry_backwards() {
        writer.record(registered());
        for (int i = 0; i < 4; i++) {
            writer.record(retitled("Title " + i));
        }

        var versions = new ArrayList<Long>();
        String before = "";
        while (before != null) {
            var page = api.get(
                            "otto.auditor",
                            "/api/people/" + ada + "/audit-trail?minVersion=5&sort=-position&limit=2" + before)
                    .json();
            page.get("entries")
                    .forEach(entry -> versions.add(entry.get("version").asLong()));
            before = page.get("next").isNull()
                    ? null
                    : "&after=" + page.get("next").asString();
        }
        assertThat(versions).containsExactly(5L, 4L, 3L, 2L, 1L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"after=abc", "limit=0", "sort=age"})
    void an_invalid_query_about_a_person_names_the_parameter(String query) {
        var answer = api.get("otto.auditor", "/api/people/" + ada + "/audit-trail?" + query);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.field()).isEqualTo(query.substring(0, query.indexOf('=')));
    }

    @ParameterizedTest
    @ValueSource(strings = {"via=FAX", "from=monday", "to=x", "after=-1", "after=abc", "limit=1000", "sort=age"})
    void an_invalid_query_names_the_parameter(String query) {
        var answer = api.get("otto.auditor", "/api/audit-trail?" + query);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.field()).isEqualTo(query.substring(0, query.indexOf('=')));
    }

    @Test
    void of_an_unknown_person_is_not_found() {
        assertThat(api.get("otto.auditor", "/api/people/" + ada + "/audit-trail")
                        .problem())
                .isEqualTo("unknown-person");
    }

    private List<String> typesOf(String query) {
        var types = new ArrayList<String>();
        api.get("otto.auditor", "/api/audit-trail?actor=" + actor + query)
                .json()
                .get("entries")
                .forEach(entry -> types.add(entry.get("type").asString()));
        return types;
    }

    private PersonRegistered registered() {
        return new PersonRegistered(ada, NOWAK, Source.of(SourceType.IMPORT), NOW);
    }

    private ContactDataChanged retitled(String title) {
        return new ContactDataChanged(
                ada, List.of(new FieldChange(ContactField.TITLE, List.of(), List.of(title))), NOW);
    }
}
