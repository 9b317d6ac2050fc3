package org.consentledger.query.people;

import static org.assertj.core.api.Assertions.assertThat;
import static org.consentledger.query.testing.Api.encoded;

import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import org.consentledger.kernel.person.Authorization;
import org.consentledger.kernel.person.ContactData;
import org.consentledger.kernel.person.ContactField;
import org.consentledger.kernel.person.PersonEvent.AuthorizationSet;
import org.consentledger.kernel.person.PersonEvent.PersonErased;
import org.consentledger.kernel.person.PersonEvent.PersonRegistered;
import org.consentledger.kernel.person.PersonEvent.Unsubscribed;
import org.consentledger.kernel.person.PersonId;
import org.consentledger.kernel.person.Source;
import org.consentledger.kernel.person.SourceType;
import org.consentledger.kernel.person.UnsubscribeCause;
import org.consentledger.query.readmodel.Bson;
import org.consentledger.query.testing.Api;
import org.consentledger.query.testing.QuerySideTest;
import org.consentledger.query.testing.Writer;
import org.consentledger.testdata.TestData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.json.JsonMapper;

@QuerySideTest
class PeopleControllerTest {

    private static final Instant NOW = Instant.parse("2026-03-02T09:00:00Z");

    @Autowired
    private Writer writer;

    @Autowired
    private Api api;

    /** A word that only the people of this test have. */
    private final String mark = "mark" + UUID.randomUUID().toString().replace("-", "");

    @Test
    void finds_people_by_the_beginnings_of_words_ignoring_case_and_accents() {
        var zoe = register("Zoë", "Müller", "zoe.mueller@example.org");
        var jim = register("Jim", "O'Brien", "jim@example.org");
        writer.awaitReadModels();

        assertThat(idsOf(find(mark + " zoe mul"))).containsExactly(zoe);
        assertThat(idsOf(find(mark + " MÜLLER"))).containsExactly(zoe);
        assertThat(idsOf(find(mark + " zoe.mueller@exam"))).containsExactly(zoe);
        assertThat(idsOf(find(mark + " zoe.mue"))).containsExactly(zoe);
        assertThat(idsOf(find(mark + " o'bri"))).containsExactly(jim);
        assertThat(idsOf(find(mark))).containsExactlyInAnyOrder(zoe, jim);
        assertThat(idsOf(find(mark + " .* nobody"))).isEmpty();
    }

    @Test
    void filters_by_authorization_source_and_subscription() {
        var consenting = register("A", "A", "a@example.org");
        writer.record(new AuthorizationSet(
                consenting, Authorization.consent(LocalDate.parse("2026-01-01"), "news"), null, NOW));
        var optedOut = register("B", "B", "b@example.org");
        writer.record(new Unsubscribed(optedOut, UnsubscribeCause.REQUESTED, null, null, List.of(), NOW));
        writer.awaitReadModels();

        assertThat(idsOf(find(mark, "&authorization=CONSENT"))).containsExactly(consenting);
        assertThat(idsOf(find(mark, "&authorization=NONE"))).containsExactly(optedOut);
        assertThat(idsOf(find(mark, "&subscription=UNSUBSCRIBED"))).containsExactly(optedOut);
        assertThat(idsOf(find(mark, "&source=IMPORT&subscription=SUBSCRIBED"))).containsExactly(consenting);
        assertThat(idsOf(find(mark, "&source=CRM_SYNC"))).isEmpty();
    }

    @Test
    void an_erased_person_is_in_no_list() {
        var gone = register("Ada", "Nowak", "ada@example.org");
        writer.record(new PersonErased(gone, "asked for it", NOW));
        writer.awaitReadModels();

        assertThat(idsOf(find(mark))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"name", "-name", "updatedAt", "-updatedAt", "createdAt", "-createdAt"})
    void pages_hold_each_person_once_and_in_order(String sort) {
        for (int i = 0; i < 23; i++) {
            register("Name " + i % 5, "Same", "p" + i + "@example.org");
        }
        writer.awaitReadModels();

        var seen = new ArrayList<String>();
        var keys = new ArrayList<String>();
        String next = null;
        int pages = 0;
        do {
            var page = find(mark, "&sort=" + sort + "&limit=5" + (next == null ? "" : "&after=" + next));
            for (var person : page.json().get("people")) {
                seen.add(person.get("personId").asString());
                keys.add(
                        sort.endsWith("name")
                                ? person.get("firstName").asString()
                                : Bson.text(Instant.parse(
                                        person.get(sort.replace("-", "")).asString())));
            }
            next = page.json().get("next").isNull()
                    ? null
                    : page.json().get("next").asString();
            pages++;
        } while (next != null);

        assertThat(pages).isEqualTo(5);
        assertThat(seen).hasSize(23).doesNotHaveDuplicates();
        assertThat(keys).isSortedAccordingTo(sort.startsWith("-") ? (a, b) -> b.compareTo(a) : String::compareTo);
    }

    @Test
    void the_count_covers_all_pages_and_is_returned_only_on_request() {
        for (int i = 0; i < 7; i++) {
            register("Counted", "Person", "counted" + i + "@example.org");
        }
        writer.awaitReadModels();

        var first = find(mark, "&limit=3&count=true").json();
        assertThat(first.get("total").asInt()).isEqualTo(7);
        assertThat(find(mark, "&limit=3&count=true&after=" + first.get("next").asString())
                        .json()
                        .get("total")
                        .asInt())
                .isEqualTo(7);
        assertThat(find(mark).json().has("total")).isFalse();
    }

    @Test
    void the_page_token_contains_no_personal_data() {
        register("Grace", "Unmistakable", "grace@example.org");
        register("Grace", "Unmistakable", "grace2@example.org");
        writer.awaitReadModels();

        var next = find(mark, "&sort=name&limit=1").json().get("next").asString();

        assertThat(new String(Base64.getUrlDecoder().decode(next), java.nio.charset.StandardCharsets.ISO_8859_1))
                .doesNotContainIgnoringCase("unmistakable");
        assertThat(find(mark, "&sort=-name&limit=1&after=" + next).field()).isEqualTo("after");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "limit=0",
                "limit=201",
                "limit=ten",
                "sort=age",
                "after=xyz",
                "after=%21",
                "authorization=LOVE",
                "source=RUMOUR",
                "subscription=MAYBE",
                "count=some"
            })
    void an_invalid_query_names_the_parameter(String query) {
        var answer = api.get("olga.operator", "/api/people?" + query);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.problem()).isEqualTo("invalid-request");
        assertThat(answer.field()).isEqualTo(query.substring(0, query.indexOf('=')));
    }

    @ParameterizedTest
    @MethodSource("org.consentledger.testdata.TestData#present")
    void any_text_can_be_a_name_and_can_be_searched(TestData data) {
        var texts = new ArrayList<String>();
        for (var text : JsonMapper.shared().readTree(data.text("text/naughty-strings.json"))) {
            texts.add(text.asString());
        }
        texts.addAll(data.text("text/csv-injection.txt").lines().toList());
        var last = PersonId.random();
        for (var text : texts) {
            var person = PersonId.random();
            writer.record(new PersonRegistered(
                    person,
                    ContactData.NONE
                            .with(ContactField.FIRST_NAME, List.of(text))
                            .with(ContactField.COMPANY, List.of(text))
                            .with(ContactField.OTHER, List.of(text))
                            .with(ContactField.SALESFORCE_ID, List.of("003A00000" + texts.indexOf(text))),
                    Source.of(SourceType.IMPORT),
                    NOW));
            last = person;
        }
        writer.awaitReadModels();

        assertThat(api.get("olga.operator", "/api/people/" + last)
                        .json()
                        .get("other")
                        .asString())
                .isEqualTo(texts.getLast());
        for (var text : texts) {
            assertThat(api.get("olga.operator", "/api/people?q=" + encoded(text))
                            .status())
                    .as(text)
                    .isEqualTo(200);
        }
        var stored = new ArrayList<String>();
        writer.dump("people").values().forEach(document -> stored.add(document.getString("other")));
        assertThat(stored).containsAll(texts);
    }

    @Test
    void a_control_character_ends_a_word_and_breaks_nothing() {
        register("Ada", "Nul", "nul@example.org");
        writer.awaitReadModels();

        assertThat(find(mark + "\0nul@example").json().get("people")).hasSize(1);
    }

    private PersonId register(String firstName, String lastName, String email) {
        var person = PersonId.random();
        writer.record(new PersonRegistered(
                person,
                ContactData.NONE
                        .with(ContactField.FIRST_NAME, List.of(firstName))
                        .with(ContactField.LAST_NAME, List.of(lastName))
                        .with(ContactField.COMPANY, List.of(mark))
                        .with(ContactField.EMAILS, List.of(email)),
                Source.of(SourceType.IMPORT),
                NOW));
        return person;
    }

    private Api.Answer find(String words) {
        return find(words, "");
    }

    private Api.Answer find(String words, String more) {
        return api.get("ralf.analyst", "/api/people?q=" + encoded(words) + more);
    }

    private static List<PersonId> idsOf(Api.Answer answer) {
        var ids = new ArrayList<PersonId>();
        answer.json()
                .get("people")
                .forEach(person -> ids.add(PersonId.of(person.get("personId").asString())));
        return ids;
    }
}
