package org.consentledger.command.person;

import static org.assertj.core.api.Assertions.assertThat;
import static org.consentledger.command.person.ControllerServer.TOMORROW;
import static org.consentledger.kernel.provenance.Role.ADMIN;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.consentledger.foundation.http.ServerForTests.Answer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** An invalid request is refused with the name of the invalid field, and no command is sent. */
class BadInputTest {

    private static final String PERSON = "POST /api/people";
    private static final String PATCH = "PATCH /api/people/{id}";
    private static final String AUTHORIZATION = "PUT /api/people/{id}/authorization";
    private static final String SOURCE = "PUT /api/people/{id}/source";
    private static final String UNSUBSCRIBE = "POST /api/people/{id}/unsubscribe";
    private static final String ADDRESS = "POST /api/unsubscribes";
    private static final String REQUEST = "POST /api/people/{id}/resubscribe-requests";
    private static final String APPROVAL = "POST /api/people/{id}/resubscribe-approval";
    private static final String REJECTION = "POST /api/people/{id}/resubscribe-rejection";
    private static final String EXPORT = "POST /api/people/{id}/exports";
    private static final String ERASURE = "DELETE /api/people/{id}";

    private static final List<String> WITH_BODY =
            List.of(PERSON, PATCH, AUTHORIZATION, SOURCE, ADDRESS, REQUEST, APPROVAL, REJECTION, ERASURE);

    private final RecordingDispatcher commands = ControllerServer.commands();

    @BeforeEach
    void reset_the_recorder() {
        commands.forget();
    }

    static Stream<Arguments> requests() {
        var evidence = "'dateOfConsent':'2026-11-20','purposeOfProcessing':'News','givenHow':'Form'";
        var rows = new ArrayList<Arguments>(List.of(
                row(PERSON, "{'source':{'type':'IMPORT'}}", "emails"),
                row(PERSON, "{'emails':[],'salesforceId':'','source':{'type':'IMPORT'}}", "emails"),
                row(PERSON, person(""), "source"),
                row(PERSON, person(",'source':null"), "source"),
                row(PERSON, person(",'source':{}"), "source.type"),
                row(PERSON, person(",'source':{'type':'WEB'}"), "source.type"),
                row(PERSON, person(",'source':{'type':'IMPORT','description':'x'}"), "source.description"),
                row(PERSON, person(",'source':{'type':'IMPORT'},'authorization':{}"), "authorization.type"),
                row(
                        PERSON,
                        person(",'source':{'type':'IMPORT'},'authorization':{'type':'CONSENT'}"),
                        "authorization.dateOfConsent",
                        "authorization.purposeOfProcessing"),
                row(PERSON, person(",'source':{'type':'IMPORT'},'nickname':'x'"), "nickname"),
                row(PERSON, person(",'source':{'type':'IMPORT'},'identifiesPerson':true"), "identifiesPerson"),
                row(PERSON, person(",'source':{'type':'IMPORT','brokenRules':[]}"), "source.brokenRules"),
                row(PERSON, person(",'source':{'type':'IMPORT'},'personId':'x'"), "personId"),
                row(PERSON, person(",'source':{'type':'IMPORT'},'contact':{}"), "contact"),
                row(PERSON, person(",'source':{'type':'IMPORT'},'source':{'type':'IMPORT'}"), "source"),
                row(PERSON, person(",'source':{'type':'IMPORT'},'firstName':1"), "firstName"),
                row(PERSON, person(",'source':{'type':'IMPORT'},'firstName':'" + "x".repeat(2_001) + "'"), "firstName"),
                row(PERSON, person(",'source':{'type':'IMPORT'},'firstName':'\\ud800'"), "firstName"),
                row(PERSON, person(",'source':{'type':'IMPORT'},'other':'\\udc00x'"), "other"),
                row(PERSON, person(",'source':{'type':'IMPORT'},'salesforceId':'12345'"), "salesforceId"),
                row(PERSON, person(",'source':{'type':'IMPORT'},'salesforceId':'003A000001abc-EFGH'"), "salesforceId"),
                row(PERSON, person(",'source':{'type':'IMPORT'},'phones':'1'"), "phones"),
                row(PERSON, person(",'source':{'type':'IMPORT'},'phones':['1',null]"), "phones[1]"),
                row(PERSON, person(",'source':{'type':'IMPORT'},'phones':[' ']"), "phones[0]"),
                row(PERSON, person(",'source':{'type':'IMPORT'},'phones':[" + many("'%d'", 21) + "]"), "phones"),
                row(PERSON, emails("'not an address'"), "emails[0]"),
                row(PERSON, emails("''"), "emails[0]"),
                row(PERSON, emails("['a@example.org']"), "emails[0]"),
                row(PERSON, person(",'source':{'type':'IMPORT'},'phones':[['1']]"), "phones[0]"),
                row(PERSON, emails("null"), "emails[0]"),
                row(PERSON, emails("'a@example.org','b@example.org\\u0000'"), "emails[1]"),
                row(PERSON, emails("'a@example.org','A@EXAMPLE.org '"), "emails[1]"),
                row(PERSON, emails("'" + "a".repeat(250) + "@example.org'"), "emails[0]"),
                row(PERSON, emails(many("'a%d@example.org'", 21)), "emails"),
                row(PATCH, "{'nickname':null}", "nickname"),
                row(PATCH, "{'emails':['x']}", "emails[0]"),
                row(PATCH, "{'emails':[['a@example.org']]}", "emails[0]"),
                row(PATCH, "{'emails':[['a@example.org']],'nickname':1}", "emails[0]"),
                row(PATCH, "{'emails':['a@example.org','a@example.org']}", "emails[1]"),
                row(PATCH, "{'emails':'a@example.org'}", "emails"),
                row(PATCH, "{'firstName':'a','firstName':'b'}", "firstName"),
                row(PATCH, "{'firstName':['a']}", "firstName"),
                row(PATCH, "{'title':'" + "x".repeat(2_001) + "'}", "title"),
                row(PATCH, "{'salesforceId':'x'}", "salesforceId"),
                row(PATCH, "[]", ""),
                row(AUTHORIZATION, "{}", "type"),
                row(AUTHORIZATION, "{'type':null}", "type"),
                row(AUTHORIZATION, "{'type':'Consent'}", "type"),
                row(AUTHORIZATION, "{'type':0}", "type"),
                row(AUTHORIZATION, consent("'purposeOfProcessing':'News'"), "dateOfConsent"),
                row(AUTHORIZATION, consent("'dateOfConsent':'2026-11-20'"), "purposeOfProcessing"),
                row(AUTHORIZATION, consentOn("2026-02-30"), "dateOfConsent"),
                row(AUTHORIZATION, consentOn("2026-13-01"), "dateOfConsent"),
                row(AUTHORIZATION, consentOn(TOMORROW), "dateOfConsent"),
                row(AUTHORIZATION, consentOn("yesterday"), "dateOfConsent"),
                row(AUTHORIZATION, consentFor(""), "purposeOfProcessing"),
                row(AUTHORIZATION, consentFor("  \\t"), "purposeOfProcessing"),
                row(AUTHORIZATION, consentFor("x".repeat(501)), "purposeOfProcessing"),
                row(AUTHORIZATION, consentFor("x', 'description':'y"), "description"),
                row(
                        AUTHORIZATION,
                        "{'type':'LEGITIMATE_INTEREST','dateOfConsent':'2026-11-20','purposeOfProcessing':'News'}",
                        "dateOfConsent",
                        "purposeOfProcessing"),
                row(AUTHORIZATION, "{'type':'OTHER','purposeOfProcessing':'News'}", "purposeOfProcessing"),
                row(AUTHORIZATION, "{'type':'LEGAL_OBLIGATION','description':'x'}", "description"),
                row(AUTHORIZATION, "{'type':'OTHER','description':'" + "x".repeat(501) + "'}", "description"),
                row(SOURCE, "{}", "type"),
                row(SOURCE, "{'type':'Import'}", "type"),
                row(SOURCE, "{'type':'CRM_SYNC','description':'x'}", "description"),
                row(SOURCE, "{'type':'OTHER','description':'" + "x".repeat(501) + "'}", "description"),
                row(UNSUBSCRIBE, "{'reason':'BORED'}", "reason"),
                row(UNSUBSCRIBE, "{'comment':'" + "x".repeat(501) + "'}", "comment"),
                row(UNSUBSCRIBE, "{'address':'x'}", "address"),
                row(ADDRESS, "{}", "email"),
                row(ADDRESS, "{'email':'x'}", "email"),
                row(ADDRESS, "{'email':'a@example.org','reason':'BORED'}", "reason"),
                row(ADDRESS, "{'email':'a@example.org','comment':'x'}", "comment"),
                row(REQUEST, "{}", "dateOfConsent", "givenHow", "purposeOfProcessing"),
                row(REQUEST, "{" + evidence.replace("2026-11-20", TOMORROW) + "}", "dateOfConsent"),
                row(REQUEST, "{" + evidence.replace("News", " ") + "}", "purposeOfProcessing"),
                row(REQUEST, "{" + evidence.replace("Form", "x".repeat(501)) + "}", "givenHow"),
                row(REQUEST, "{" + evidence + ",'reference':'" + "x".repeat(501) + "'}", "reference"),
                row(APPROVAL, "{}", "attested", "reason"),
                row(APPROVAL, "{'attested':'true','reason':'x'}", "attested"),
                row(APPROVAL, "{'attested':1,'reason':'x'}", "attested"),
                row(APPROVAL, "{'attested':true,'reason':' '}", "reason"),
                row(
                        APPROVAL,
                        "{'attested':true,'reason':'x','givenHow':'Form'}",
                        "dateOfConsent",
                        "purposeOfProcessing"),
                row(
                        APPROVAL,
                        "{'attested':true,'reason':'x'," + evidence.replace("2026-11-20", TOMORROW) + "}",
                        "dateOfConsent"),
                row(REJECTION, "{}", "reason"),
                row(REJECTION, "{'reason':''}", "reason"),
                row(REJECTION, "{'reason':'" + "x".repeat(501) + "'}", "reason"),
                row(EXPORT, "{'format':'csv'}", "format"),
                row(ERASURE, "{}", "reason"),
                row(ERASURE, "{'reason':null}", "reason"),
                row(ERASURE, "{'reason':'" + "x".repeat(501) + "'}", "reason")));
        for (var route : WITH_BODY) {
            rows.add(row(route, "{'unheardOf':1}", "unheardOf"));
            rows.add(row(route, "", ""));
            rows.add(row(route, "null", ""));
            rows.add(row(route, "{", ""));
            rows.add(row(route, "[]", ""));
            rows.add(row(route, "'text'", ""));
        }
        for (var route : List.of(PATCH, AUTHORIZATION, SOURCE, UNSUBSCRIBE, REQUEST, APPROVAL, REJECTION, ERASURE)) {
            rows.add(row(route.replace("{id}", "nobody"), "{}", "id"));
            rows.add(row(route.replace("{id}", "7b1c0a2e-0000-4000-8000-00000000000g"), "{}", "id"));
        }
        return rows.stream();
    }

    @ParameterizedTest
    @MethodSource("requests")
    void is_answered_400_with_the_field_and_sends_no_command(String route, String json, List<String> fields) {
        var answer = send(route, json);

        assertThat(answer.status()).as(answer.body()).isEqualTo(400);
        assertThat(answer.problem()).isEqualTo("invalid-request");
        assertThat(answer.fields()).isEqualTo(fields);
        assertThat(commands.count()).isZero();
    }

    @Test
    void five_hundred_characters_are_accepted_and_an_emoji_counts_as_one() {
        for (var purpose : List.of("x".repeat(500), "😀".repeat(500))) {
            assertThat(send(AUTHORIZATION, consentFor(purpose)).status()).isEqualTo(200);
        }
        assertThat(send(PERSON, person(",'source':{'type':'IMPORT'},'firstName':'" + "😀".repeat(2_000) + "'"))
                        .status())
                .isEqualTo(201);
        assertThat(send(PERSON, emails(many("'a%d@example.org'", 20))).status()).isEqualTo(201);
    }

    @Test
    void another_content_type_is_not_read() {
        for (var route : WITH_BODY) {
            for (var type : List.of("text/plain", "application/xml", "application/x-www-form-urlencoded")) {
                var parts = route.split(" ", 2);
                var answer = ControllerServer.request(parts[0], parts[1], ADMIN)
                        .header("Content-Type", type)
                        .json("{}")
                        .exchange();
                assertThat(answer.status()).isEqualTo(415);
                assertThat(answer.problem()).isEqualTo("unsupported-media-type");
            }
        }
        assertThat(commands.count()).isZero();
    }

    @Test
    void an_unacceptable_media_type_is_refused_before_a_command_is_sent() {
        for (var route : List.of(EXPORT, UNSUBSCRIBE)) {
            var parts = route.split(" ", 2);
            var answer = ControllerServer.request(parts[0], parts[1], ADMIN)
                    .header("Accept", "text/csv")
                    .json("{}")
                    .exchange();
            assertThat(answer.status()).isEqualTo(406);
            assertThat(answer.problem()).isEqualTo("not-acceptable");
        }
        var erasure = ControllerServer.request("DELETE", "/api/people/{id}", ADMIN)
                .header("Accept", "text/csv")
                .json("{\"reason\":\"asked\"}")
                .exchange();
        assertThat(erasure.status()).isEqualTo(406);
        assertThat(commands.count()).isZero();
    }

    @Test
    void a_body_beyond_the_limit_is_refused() {
        var answer = send(PERSON, person(",'other':'" + "x".repeat(1_100_000) + "'"));

        assertThat(answer.status()).isEqualTo(413);
        assertThat(commands.count()).isZero();
    }

    private static Answer send(String route, String json) {
        var parts = route.split(" ", 2);
        return ControllerServer.request(parts[0], parts[1], ADMIN)
                .json(json.replace('\'', '"'))
                .exchange();
    }

    private static Arguments row(String route, String json, String... fields) {
        return arguments(route, json, List.of(fields));
    }

    private static String person(String more) {
        return "{'emails':['a@example.org']" + more + "}";
    }

    private static String emails(String emails) {
        return "{'source':{'type':'IMPORT'},'emails':[" + emails + "]}";
    }

    private static String consent(String more) {
        return "{'type':'CONSENT'," + more + "}";
    }

    private static String consentOn(String date) {
        return consent("'purposeOfProcessing':'News','dateOfConsent':'" + date + "'");
    }

    private static String consentFor(String purpose) {
        return consent("'dateOfConsent':'2026-11-24','purposeOfProcessing':'" + purpose + "'");
    }

    private static String many(String form, int count) {
        return IntStream.range(0, count).mapToObj(form::formatted).collect(Collectors.joining(","));
    }
}
