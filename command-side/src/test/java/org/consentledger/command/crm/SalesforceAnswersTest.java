package org.consentledger.command.crm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.consentledger.command.CommandSideTest;
import org.consentledger.command.crm.SalesforceClient.Write;
import org.consentledger.command.crm.SalesforceClient.Written;
import org.consentledger.command.crm.SyncJournal.Entry;
import org.consentledger.command.crm.SyncJournal.Outcome;
import org.consentledger.command.crm.SyncRuns.Run;
import org.consentledger.command.crm.SyncRuns.Status;
import org.consentledger.foundation.privacy.LookupHash;
import org.consentledger.kernel.person.ContactData;
import org.consentledger.kernel.person.ContactField;
import org.consentledger.kernel.person.PersonId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Serves recorded answers, byte for byte, to the real client and the whole sync. One set of files is our own; the other
 * one, which follows Salesforce's documentation, lies outside the repository ({@code -Dledger.testdata}). The stand-in
 * of the other tests is compared with them too, because it was written by the same hands as the client.
 */
@CommandSideTest
class SalesforceAnswersTest {

    private static final DateTimeFormatter DATE = DateTimeFormatter.RFC_1123_DATE_TIME.withZone(ZoneOffset.UTC);

    @Autowired
    private ApplicationContext context;

    @Autowired
    private LookupHash hash;

    private final JsonMapper json = JsonMapper.builder().build();
    private Replay replay;
    private SyncFixture fixture;

    /** Where a set of answers is, and what the three records of its two pages are. */
    enum Answers {
        OUR_OWN(
                "00DXx0000001Lk7!ARQAQLookAlikeThatOpensNothing",
                "HasOptedOutOfEmail",
                contact(
                        "003Xx0000004Lk1IAE",
                        "2026-11-24T07:30:00Z",
                        true,
                        person(
                                "Grace",
                                "Look",
                                "Look & Söhne",
                                "Admiral",
                                "grace.look@example.org",
                                "+1 202 555 0100")),
                contact(
                        "003Xx0000004Lk2IAE",
                        "2026-11-24T07:30:00Z",
                        false,
                        person(null, "Alike", null, null, null, null)),
                merged(
                        "003Xx0000004Lk3IAE",
                        "2026-11-24T07:30:05Z",
                        "003Xx0000004Lk1IAE",
                        person("Grace", "Look", null, null, "grace.old@example.org", null))),
        FROM_OUTSIDE(
                "00D5g00000EXAMPLE!AQEAQExampleTokenThatIsNoToken",
                "HasOptedOutOfEmail",
                contact(
                        "0035g00000AbC01AAG",
                        "2026-11-24T09:00:00Z",
                        true,
                        person("Ada", "Nowak", "Nowak GmbH", null, "ada@example.org", "+49 30 1234")),
                contact(
                        "0035g00000AbC02AAG",
                        "2026-11-24T09:00:01Z",
                        false,
                        person(null, "Lind", null, "CTO", null, null)),
                merged(
                        "0035g00000AbC03AAG",
                        "2026-11-24T09:00:02Z",
                        "0035g00000AbC01AAG",
                        person("Ada", "Nowak", null, null, "ada.old@example.org", null)));

        final String token;
        final String field;
        final List<SalesforceRecord> records;

        Answers(String token, String field, SalesforceRecord... records) {
            this.token = token;
            this.field = field;
            this.records = List.of(records);
        }

        Path folder() {
            try {
                return this == OUR_OWN
                        ? Path.of(SalesforceAnswersTest.class
                                .getResource("/salesforce")
                                .toURI())
                        : Path.of(System.getProperty("ledger.testdata", "../../shared/data"), "salesforce");
            } catch (URISyntaxException e) {
                throw new AssertionError(e);
            }
        }

        byte[] bytes(String file) {
            try {
                return Files.readAllBytes(folder().resolve(file));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        String text(String file) {
            return new String(bytes(file), UTF_8);
        }

        private static SalesforceRecord contact(String id, String modstamp, boolean optedOut, ContactData contact) {
            return new SalesforceRecord(
                    RecordType.CONTACT,
                    id,
                    Instant.parse(modstamp),
                    optedOut,
                    false,
                    false,
                    null,
                    contact.with(ContactField.SALESFORCE_ID, List.of(id)));
        }

        private static SalesforceRecord merged(String id, String modstamp, String master, ContactData contact) {
            return new SalesforceRecord(
                    RecordType.CONTACT,
                    id,
                    Instant.parse(modstamp),
                    false,
                    true,
                    false,
                    master,
                    contact.with(ContactField.SALESFORCE_ID, List.of(id)));
        }

        private static ContactData person(
                String firstName, String lastName, String company, String title, String email, String phone) {
            return new ContactData(
                    firstName,
                    lastName,
                    company,
                    title,
                    Stream.ofNullable(email).toList(),
                    Stream.ofNullable(phone).toList(),
                    null,
                    null,
                    null,
                    null,
                    null,
                    null);
        }
    }

    /** Answers each request with a file: the kind of request chooses which, unless one is named for all of them. */
    private final class Replay implements AutoCloseable {

        private final Answers answers;
        private final HttpServer server;
        private final List<String> asked = new ArrayList<>();
        private volatile String error;
        private volatile int status;
        private volatile Instant now = Instant.parse("2026-11-24T12:00:00Z");

        Replay(Answers answers) {
            this.answers = answers;
            try {
                server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            server.createContext("/", this::answer);
            server.start();
        }

        String url() {
            return "http://127.0.0.1:" + server.getAddress().getPort();
        }

        /** Answers every call except those for tokens with an error. */
        void failWith(int code, String file) {
            status = code;
            error = file;
        }

        private void answer(HttpExchange exchange) throws IOException {
            try (exchange) {
                exchange.getRequestBody().readAllBytes();
                var path = exchange.getRequestURI().getPath();
                var isToken = path.equals("/services/oauth2/token");
                if (!isToken) {
                    assertThat(exchange.getRequestHeaders().getFirst("Authorization"))
                            .isEqualTo("Bearer " + answers.token);
                }
                var file = error == null || isToken ? fileFor(path) : error;
                asked.add(file);
                var body = answers.bytes(file);
                exchange.getResponseHeaders().set("Date", DATE.format(now));
                exchange.getResponseHeaders()
                        .set("Content-Type", file.endsWith(".html") ? "text/html" : "application/json;charset=UTF-8");
                exchange.sendResponseHeaders(error == null || isToken ? 200 : status, body.length);
                exchange.getResponseBody().write(body);
            }
        }

        private String fileFor(String path) {
            return switch (path) {
                case "/services/oauth2/token" -> "token.json";
                case "/services/data/v62.0/queryAll" -> "query-first.json";
                case "/services/data/v62.0/composite/sobjects" -> "composite-results.json";
                default -> {
                    assertThat(answers.text("query-first.json")).contains("\"" + path + "\"");
                    yield "query-last.json";
                }
            };
        }

        @Override
        public void close() {
            server.stop(0);
        }
    }

    private void use(Answers answers) {
        assumeThat(answers.folder())
                .as("answers from outside, by -Dledger.testdata")
                .isDirectory();
        replay = new Replay(answers);
        fixture = new SyncFixture(
                context,
                "instance-url=" + replay.url(),
                "objects=CONTACT",
                "attempts=2",
                "opt-out-field=" + answers.field);
        fixture.clock.advance(Duration.between(fixture.clock.instant(), replay.now));
    }

    @AfterEach
    void close() {
        if (fixture != null) {
            fixture.close();
            replay.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void every_file_is_read_by_a_test(Answers answers) throws IOException {
        assumeThat(answers.folder()).isDirectory();
        try (var files = Files.list(answers.folder())) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder(
                            "README.md",
                            "token.json",
                            "query-first.json",
                            "query-last.json",
                            "composite-results.json",
                            "error-400-field.json",
                            "error-401.json",
                            "error-403-limit.json",
                            "error-503.html");
        }
    }

    @ParameterizedTest
    @EnumSource
    void both_pages_of_a_query_are_read_to_the_last_field(Answers answers) {
        use(answers);
        var soql = new Soql(fixture.settings);

        var first = fixture.client.query(soql.changesAfter(RecordType.CONTACT, null));
        var last = fixture.client.next(first.next());

        assertThat(Stream.of(first, last)
                        .flatMap(page -> page.records().stream())
                        .map(row -> soql.read(RecordType.CONTACT, row)))
                .isEqualTo(answers.records);
        assertThat(last.next()).isNull();
        assertThat(first.readAt()).isEqualTo(replay.now);
        assertThat(replay.asked).containsExactly("token.json", "query-first.json", "query-last.json");
    }

    @ParameterizedTest
    @EnumSource
    void a_run_applies_the_records_and_moves_the_watermark_to_the_last_one(Answers answers) {
        use(answers);
        var added = answers.records.getFirst();
        var merged = answers.records.getLast();

        var run = fixture.syncNow();

        assertThat(run)
                .returns(Status.COMPLETED, Run::status)
                .returns(null, Run::reason)
                .returns(3L, Run::pulled);
        assertThat(fixture.state.watermark(RecordType.CONTACT)).contains(new Watermark(merged.modstamp(), merged.id()));
        var rows = fixture.records.lock(answers.records.stream()
                .map(record -> hash.ofSalesforceId(record.id()))
                .toList());
        assertThat(rows.get(hash.ofSalesforceId(added.id())))
                .returns(added.id(), row -> row.id)
                .returns(added.modstamp(), row -> row.modstamp)
                .returns(true, row -> row.theirs)
                .returns(null, row -> row.gone);
        assertThat(rows.get(hash.ofSalesforceId(merged.id())))
                .returns(merged.modstamp(), row -> row.modstamp)
                .returns(SyncRecord.Gone.DELETED, row -> row.gone);
        var person = rows.get(hash.ofSalesforceId(added.id())).person;
        assertThat(fixture.syncedPerson(person).isUnsubscribed()).isTrue();
        assertThat(fixture.syncedPerson(person).contact()).isEqualTo(added.contact());
    }

    @ParameterizedTest
    @EnumSource
    void each_row_of_a_write_has_its_own_result(Answers answers) {
        use(answers);

        var results = fixture.client.write(answers.records.stream()
                .map(record -> new Write(RecordType.CONTACT, record.id(), true))
                .toList());

        assertThat(results)
                .containsExactly(
                        new Written(null),
                        new Written("ENTITY_IS_DELETED"),
                        new Written("FIELD_CUSTOM_VALIDATION_EXCEPTION"));
    }

    @ParameterizedTest
    @EnumSource
    void opt_outs_are_written_refused_or_given_up_by_the_result_of_their_row(Answers answers) {
        use(answers);
        var people = Stream.of("1", "2", "3")
                .map(number -> fixture.register(ContactData.NONE.with(
                        ContactField.SALESFORCE_ID, List.of("003Zz000000%sAn%s".formatted(answers.ordinal(), number)))))
                .toList();
        fixture.runs.end(
                fixture.runs
                        .queue(SyncRuns.Trigger.REQUEST, SyncPlan.SALESFORCE)
                        .id(),
                0,
                null);
        people.forEach(fixture::optOut);

        fixture.poll();

        assertThat(replay.asked).containsExactly("token.json", "composite-results.json");
        assertThat(people.stream().flatMap(this::journal))
                .extracting(Entry::outcome, Entry::detail)
                .containsExactlyInAnyOrder(
                        tuple(Outcome.WRITTEN, null),
                        tuple(Outcome.REFUSED, "ENTITY_IS_DELETED"),
                        tuple(Outcome.REFUSED, "FIELD_CUSTOM_VALIDATION_EXCEPTION"));
        assertThat(fixture.records.waiting()).as("to be tried again").isEqualTo(1);
    }

    private Stream<Entry> journal(PersonId person) {
        return fixture.journalOf(person).stream();
    }

    static Stream<Arguments> errors() {
        return Stream.of(Answers.values())
                .flatMap(answers -> Stream.of(
                        Arguments.of(answers, 400, "error-400-field.json", "REFUSED: INVALID_FIELD", 1),
                        Arguments.of(answers, 401, "error-401.json", "LOGIN_REFUSED: INVALID_SESSION_ID", 2),
                        Arguments.of(answers, 403, "error-403-limit.json", "REQUEST_LIMIT: REQUEST_LIMIT_EXCEEDED", 1),
                        Arguments.of(answers, 503, "error-503.html", "UNAVAILABLE: status 503", 2)));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("errors")
    void an_error_ends_the_run_with_its_code(Answers answers, int status, String file, String reason, int calls) {
        use(answers);
        replay.failWith(status, file);

        var run = fixture.syncNow();

        assertThat(run).returns(Status.FAILED, Run::status).returns(reason, Run::reason);
        assertThat(replay.asked).filteredOn(file::equals).hasSize(calls);
        assertThat(replay.asked).filteredOn("token.json"::equals).hasSize(status == 401 ? 2 : 1);
    }

    @ParameterizedTest
    @EnumSource
    void the_stand_in_answers_in_the_same_form(Answers answers) throws IOException, InterruptedException {
        assumeThat(answers.folder()).isDirectory();
        fixture = new SyncFixture(context, "objects=CONTACT");
        replay = new Replay(answers);
        fixture.salesforce.pageSize = 2;
        var samples = answers.records.stream().map(this::like).toList();
        fixture.salesforce.merge(samples.getLast(), samples.getFirst());
        var soql = new Soql(fixture.settings);

        var token = ask(
                "/services/oauth2/token",
                null,
                "POST",
                "grant_type=client_credentials&client_id=" + SalesforceStandIn.CLIENT_ID + "&client_secret="
                        + SalesforceStandIn.CLIENT_SECRET);
        assertThat(form(token)).isEqualTo(form(answers.text("token.json")));
        var bearer = json.readTree(token).path("access_token").asString();
        var query = "/services/data/v62.0/queryAll?q="
                + URLEncoder.encode(soql.changesAfter(RecordType.CONTACT, null), UTF_8);

        var first = ask(query, bearer, "GET", "");
        assertThat(form(first)).isEqualTo(form(answers.text("query-first.json")));
        var next = json.readTree(first).path("nextRecordsUrl").asString();
        assertThat(form(ask(next, bearer, "GET", ""))).isEqualTo(form(answers.text("query-last.json")));

        fixture.salesforce.failRow(samples.get(1), "FIELD_CUSTOM_VALIDATION_EXCEPTION");
        var written = ask(
                "/services/data/v62.0/composite/sobjects",
                bearer,
                "PATCH",
                "{\"records\":[{\"id\":\"%s\",\"HasOptedOutOfEmail\":true},{\"id\":\"%s\"},{\"id\":\"%s\"}]}"
                        .formatted(samples.get(0).id, samples.get(2).id, samples.get(1).id));
        assertThat(form(written)).isEqualTo(form(answers.text("composite-results.json")));
        assertThat(json.readTree(ask(query, "expired", "GET", "")))
                .isEqualTo(json.readTree(answers.text("error-401.json")));
        assertThat(form(ask("/services/data/v62.0/queryAll?q=SELECT+Id,+Optout__c+FROM+Contact", bearer, "GET", "")))
                .isEqualTo(form(answers.text("error-400-field.json")));
    }

    /** A record of the stand-in with a value wherever the sample has one. */
    private SalesforceStandIn.Row like(SalesforceRecord record) {
        var contact = record.contact();
        var row =
                fixture.salesforce.contact(contact.emails().stream().findFirst().orElse(null), record.optedOut());
        row.firstName = contact.firstName();
        row.lastName = contact.lastName();
        row.title = contact.title();
        row.company = contact.company();
        row.phone = contact.phones().stream().findFirst().orElse(null);
        return row;
    }

    private String ask(String path, String bearer, String method, String body)
            throws IOException, InterruptedException {
        try (var client = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(URI.create(fixture.salesforce.url() + path))
                    .method(method, HttpRequest.BodyPublishers.ofString(body));
            if (bearer != null) {
                request.header("Authorization", "Bearer " + bearer);
            }
            return client.send(request.build(), BodyHandlers.ofString()).body();
        }
    }

    private String form(String text) {
        return form("", json.readTree(text));
    }

    /** The names in their order, with the kinds of the values; of a time and a locator also how it is written. */
    private static String form(String name, JsonNode node) {
        if (node.isObject()) {
            return node.propertyStream()
                    .map(entry -> entry.getKey() + ":" + form(entry.getKey(), entry.getValue()))
                    .collect(Collectors.joining(",", "{", "}"));
        }
        if (node.isArray()) {
            return node.valueStream().map(value -> form(name, value)).collect(Collectors.joining(",", "[", "]"));
        }
        if (name.equals("fields")) {
            return "";
        }
        var pattern = Set.of("SystemModstamp", "nextRecordsUrl", "url").contains(name)
                ? node.asString().replaceAll("[A-Za-z0-9]{15,}", "ID").replaceAll("[0-9]", "9")
                : "";
        return node.getNodeType() + pattern;
    }
}
