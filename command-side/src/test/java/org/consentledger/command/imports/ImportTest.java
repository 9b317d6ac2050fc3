package org.consentledger.command.imports;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.consentledger.command.jobs.JobServer.numbers;
import static org.consentledger.command.jobs.JobServer.people;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.consentledger.command.jobs.JobServer;
import org.consentledger.kernel.person.Authorization;
import org.consentledger.kernel.person.AuthorizationType;
import org.consentledger.kernel.person.PersonEvent;
import org.consentledger.kernel.person.PersonEvent.AuthorizationSet;
import org.consentledger.kernel.person.PersonEvent.ContactDataChanged;
import org.consentledger.kernel.person.PersonEvent.PersonRegistered;
import org.consentledger.kernel.person.PersonEvent.Unsubscribed;
import org.consentledger.kernel.person.Source;
import org.consentledger.kernel.person.SourceType;
import org.consentledger.testdata.TestData;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Imports over HTTP, as an operator does them. */
class ImportTest {

    private final JobServer server = Shared.freshServer();

    /** One server for all tests, each on addresses of its own. */
    private static final class Shared {
        private static final JobServer SERVER = JobServer.start();

        static JobServer freshServer() {
            return SERVER;
        }
    }

    private long eventsBefore;

    @BeforeEach
    void remember() {
        eventsBefore = server.events();
    }

    @AfterEach
    void uploads_and_dry_run_states_are_deleted() {
        assertThat(server.jdbc.queryForObject("SELECT count(*) FROM job_file_piece", Long.class))
                .isZero();
        assertThat(server.jdbc.queryForObject("SELECT count(*) FROM job_key", Long.class))
                .isZero();
        assertThat(server.jdbc.queryForObject("SELECT count(*) FROM job_rehearsal", Long.class))
                .isZero();
        assertThat(server.jdbc.queryForObject(
                        "SELECT count(*) FROM job WHERE wrapped_key IS NOT NULL OR request IS NOT NULL", Long.class))
                .isZero();
    }

    @Nested
    class Rows {

        @Test
        void become_people_whose_events_name_the_import() {
            var job = server.imported(people(1000, 1600));

            assertThat(job.path("status").asString()).isEqualTo("COMPLETED");
            assertThat(numbers(job)).containsExactly(600L, 600L, 600L, 0L, 0L);
            assertThat(job.path("startedBy").path("name").asString()).isEqualTo("Test User");
            var history = historyOf("person1599@example.org");
            assertThat(history).hasSize(1);
            var registered = (PersonRegistered) history.getFirst();
            assertThat(registered.source()).isEqualTo(Source.of(SourceType.IMPORT));
            assertThat(registered.contact().phones()).containsExactly("+49 30 1599");
            var person = registered.personId().toString();
            assertThat(server.engine
                            .readEvents(List.of(person))
                            .get(person)
                            .getFirst()
                            .getMetaData())
                    .containsEntry("via", "IMPORT")
                    .containsEntry("jobId", job.path("id").asString())
                    .containsEntry("causationId", job.path("id").asString())
                    .containsEntry("actorId", "user-1");
        }

        @Test
        void of_a_file_that_is_imported_again_change_nothing() {
            var file = people(2000, 2300)
                    + "Other,,person2000@example.org,+49 40 1\n"
                    + "Another,Name,person2299@example.org,\n";
            server.imported(file);
            var events = server.events();

            assertThat(numbers(server.imported(file))).containsExactly(302L, 302L, 0L, 302L, 0L);
            assertThat(server.events()).isEqualTo(events);
        }

        @Test
        void about_the_same_person_are_merged_and_the_first_takes_precedence() {
            var job = server.imported("""
                    first,last,email,phone,company
                    Ada,,ada@example.org,1,
                    Adele,Nowak,ADA@example.org ; ada.nowak@example.org,2,Nowak GmbH
                    """);

            assertThat(numbers(job)).containsExactly(2L, 2L, 2L, 0L, 0L);
            var contact = contactOf("ada@example.org");
            assertThat(contact.firstName()).isEqualTo("Ada");
            assertThat(contact.lastName()).isEqualTo("Nowak");
            assertThat(contact.company()).isEqualTo("Nowak GmbH");
            assertThat(contact.emails()).containsExactly("ada@example.org", "ada.nowak@example.org");
            assertThat(contact.phones()).containsExactly("1", "2");
        }

        @Test
        void update_known_people_only_where_the_row_has_a_value() {
            server.imported("first,last,email,title\nBob,Known,bob@example.org,CTO\n");

            server.imported("first,last,email,title\nRobert,,bob@example.org,\n");

            var contact = contactOf("bob@example.org");
            assertThat(contact.firstName()).isEqualTo("Robert");
            assertThat(contact.lastName()).isEqualTo("Known");
            assertThat(contact.title()).isEqualTo("CTO");
        }

        @Test
        void give_a_person_at_most_twenty_addresses_over_several_files() {
            server.imported(manyAddresses("greta", 0, 15));

            var job = server.imported(manyAddresses("greta", 14, 25));

            assertThat(numbers(job)).containsExactly(1L, 1L, 0L, 0L, 1L);
            assertThat(server.failures(job, "/api/imports")).contains("2,email,A person has at most 20 addresses");
            assertThat(contactOf("greta0@example.org").emails()).hasSize(15);
        }

        private static String manyAddresses(String name, int from, int to) {
            return "email\n\""
                    + IntStream.range(from, to)
                            .mapToObj(number -> name + number + "@example.org")
                            .collect(Collectors.joining("; "))
                    + "\"\n";
        }

        @Test
        void also_match_people_by_their_salesforce_id() {
            server.imported("Id,FirstName,Email\n003A000001abcDE,Cleo,cleo@example.org\n");

            server.imported("Id,FirstName,Email\n003A000001abcDEFGH,Cleopatra,cleo.new@example.org\n");

            assertThat(contactOf("cleo.new@example.org").firstName()).isEqualTo("Cleopatra");
            assertThat(contactOf("cleo.new@example.org").salesforceId()).isEqualTo("003A000001abcDE");
        }

        @Test
        void that_match_two_people_are_failures() {
            server.imported("email\ndora@example.org\ndana@example.org\n");

            var job = server.imported("email\n\"dora@example.org; dana@example.org\"\n");

            assertThat(numbers(job)).containsExactly(1L, 1L, 0L, 0L, 1L);
            assertThat(server.failures(job, "/api/imports"))
                    .startsWith("line,column,reason\r\n2,,")
                    .contains("different people");
        }

        @Test
        void that_cannot_be_read_are_listed_and_the_others_are_imported() {
            var job = server.imported(
                    "first,email\nEve,eve@example.org\nBad,not an address\nShort\n\"Open,x@example.org\n"
                            + "x".repeat(2001) + ",long@example.org\nEwa,ewa@example.org\n");

            assertThat(numbers(job)).containsExactly(6L, 6L, 2L, 0L, 4L);
            assertThat(server.failures(job, "/api/imports")).isEqualToNormalizingNewlines("""
                    line,column,reason
                    3,email,is not an e-mail address
                    4,,"the row has 1 cells, the header has 2"
                    5,first,the cell begins with a quotation mark that is never closed
                    6,first,must have at most 2000 characters
                    """);
            assertThat(contactOf("ewa@example.org").firstName()).isEqualTo("Ewa");
        }

        @ParameterizedTest
        @ValueSource(strings = {"=1+1", "\uFF1D1+1", "\u200B=1+1"})
        void name_a_column_that_a_spreadsheet_would_run_with_an_apostrophe(String header) {
            var job = server.imported(header + ",email\n\"Open,x@example.org\n");

            assertThat(server.failures(job, "/api/imports")).contains("2,'" + header + ",the cell begins");
        }
    }

    @Nested
    class Opt_outs {

        @Test
        void in_the_file_unsubscribe_and_are_never_lifted_by_a_file() {
            server.imported("email,HasOptedOutOfEmail\nfay@example.org,1\nfred@example.org,0\n");
            assertThat(historyOf("fay@example.org")).last().isInstanceOf(Unsubscribed.class);
            assertThat(historyOf("fred@example.org")).hasSize(1);

            var again = server.imported("email,HasOptedOutOfEmail\nfay@example.org,0\n");

            assertThat(numbers(again)).containsExactly(1L, 1L, 0L, 1L, 0L);
            assertThat(historyOf("fay@example.org")).last().isInstanceOf(Unsubscribed.class);
        }

        @Test
        void from_before_the_import_stay() {
            server.request("POST", "/api/unsubscribes")
                    .json("{\"email\":\"gail@example.org\"}")
                    .exchange();

            server.imported("email\ngail@example.org\n");

            assertThat(historyOf("gail@example.org")).last().isInstanceOf(Unsubscribed.class);
        }

        @Test
        void of_failed_rows_are_recorded_all_the_same() {
            var job = server.imported("email,first,dnc\nhal@example.org," + "x".repeat(2001) + ",1\n");

            assertThat(numbers(job)).containsExactly(1L, 1L, 0L, 0L, 1L);
            assertThat(server.failures(job, "/api/imports")).contains("the opt-out in this row was recorded");
            server.imported("email\nhal@example.org\n");
            assertThat(historyOf("hal@example.org")).last().isInstanceOf(Unsubscribed.class);
        }

        @Test
        void of_failed_rows_unsubscribe_the_person_with_the_Salesforce_id() {
            server.imported("email,salesforceId\nhana@example.org,003A00000000017\nhugo@example.org,\n");

            var job = server.imported("email,salesforceId,dnc\nat home,003A00000000017,1\nat home,003A00000000018,1\n");

            assertThat(numbers(job)).containsExactly(2L, 2L, 0L, 0L, 2L);
            assertThat(server.failures(job, "/api/imports"))
                    .contains(
                            "the opt-out in this row counts for the person who has the Salesforce id, if there is one");
            assertThat(historyOf("hana@example.org")).last().isInstanceOf(Unsubscribed.class);
            assertThat(historyOf("hugo@example.org")).hasSize(1);
        }

        @ParameterizedTest
        @ValueSource(strings = {"n/a", "-", "None", "keine", "\u00a0", "無"})
        void and_addresses_may_stand_beside_a_word_for_no_address(String placeholder) {
            var address = "second." + placeholder.codePointAt(0) + "@example.org";

            var job = server.imported("email,secondary email\n%s,%s\n".formatted(address, placeholder));

            assertThat(numbers(job)).containsExactly(1L, 1L, 1L, 0L, 0L);
        }

        @Test
        void of_rows_that_match_two_people_unsubscribe_both() {
            server.imported("email\nhilda@example.org\nhoward@example.org\n");

            var job = server.imported("email,dnc\nhilda@example.org;howard@example.org,1\n");

            assertThat(numbers(job)).containsExactly(1L, 1L, 0L, 0L, 1L);
            assertThat(historyOf("hilda@example.org")).last().isInstanceOf(Unsubscribed.class);
            assertThat(historyOf("howard@example.org")).last().isInstanceOf(Unsubscribed.class);
        }

        @Test
        void of_rows_that_identify_no_person_are_reported() {
            var job = server.imported("first,email,dnc\nHarry,,1\nHolly,n/a,1\nHedda,,0\n");

            assertThat(server.failures(job, "/api/imports").lines())
                    .filteredOn(
                            line -> line.contains("cannot be recorded, because the row does not identify the person"))
                    .hasSize(2);
        }

        /** People of single commands, in one chunk with rows that change the same people. */
        @Test
        void of_failed_rows_among_others_keep_all_people_changeable() {
            var known = new ArrayList<UUID>();
            for (var name : List.of("hektor", "helga")) {
                known.add(UUID.fromString(server.request("POST", "/api/people")
                        .json("{\"emails\":[\"%s@example.org\"],\"source\":{\"type\":\"IMPORT\"}}".formatted(name))
                        .exchange()
                        .json()
                        .path("personId")
                        .asString()));
                server.request("PUT", "/api/people/" + known.getLast() + "/source")
                        .json("{\"type\":\"MANUAL_UPLOAD\"}")
                        .exchange();
            }
            var tooLong = "x".repeat(2001);

            var job = server.imported("email,first,dnc\nhektor@example.org,New,\nhelga@example.org," + tooLong
                    + ",1\nhektor@example.org," + tooLong + ",1\n");

            assertThat(numbers(job)).containsExactly(3L, 3L, 1L, 0L, 2L);
            for (var person : known) {
                assertThat(server.request("PUT", "/api/people/" + person + "/source")
                                .json("{\"type\":\"CRM_SYNC\"}")
                                .exchange()
                                .json()
                                .path("version")
                                .asLong())
                        .isEqualTo(server.histories().get(person).size());
                assertThat(server.histories().get(person)).anyMatch(Unsubscribed.class::isInstance);
            }
        }
    }

    @Nested
    class The_options_of_an_import {

        @Test
        void set_the_source_of_new_people_and_the_authorization_of_those_without_one() {
            server.imported("email\nida@example.org\n");
            server.imported(
                    "email\nivo@example.org\n".getBytes(UTF_8),
                    Map.of("authorization", "{\"type\":\"LEGITIMATE_INTEREST\"}"));

            var job = server.imported(
                    "email\nida@example.org\nivo@example.org\nivy@example.org\n".getBytes(UTF_8),
                    Map.of(
                            "source",
                            "{\"type\":\"OTHER\",\"description\":\"Trade fair\"}",
                            "authorization",
                            "{\"type\":\"CONSENT\",\"dateOfConsent\":\"2026-11-01\",\"purposeOfProcessing\":\"News\"}"));

            assertThat(numbers(job)).containsExactly(3L, 3L, 2L, 1L, 0L);
            assertThat(((PersonRegistered) historyOf("ivy@example.org").getFirst()).source())
                    .isEqualTo(new Source(SourceType.OTHER, "Trade fair"));
            assertThat(((PersonRegistered) historyOf("ida@example.org").getFirst()).source())
                    .isEqualTo(Source.of(SourceType.IMPORT));
            assertThat(authorizationOf("ida@example.org").type()).isEqualTo(AuthorizationType.CONSENT);
            assertThat(authorizationOf("ivo@example.org").type()).isEqualTo(AuthorizationType.LEGITIMATE_INTEREST);
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "source|{\"type\":\"UNKNOWN\"}|source.type",
                    "source|{}|source.type",
                    "source|{\"type\":\"IMPORT\",\"colour\":1}|source.colour",
                    "source|nonsense|source",
                    "source|null|source",
                    "authorization|{\"type\":\"CONSENT\",\"dateOfConsent\":\"2026-11-01\"}|authorization.purposeOfProcessing",
                    "authorization|{\"type\":\"CONSENT\",\"dateOfConsent\":\"2026-02-30\",\"purposeOfProcessing\":\"x\"}|authorization.dateOfConsent",
                    "authorization|{\"type\":\"CONSENT\",\"dateOfConsent\":\"2999-01-01\",\"purposeOfProcessing\":\"x\"}|authorization.dateOfConsent",
                    "authorization|{\"type\":\"OTHER\",\"purposeOfProcessing\":\"x\"}|authorization.purposeOfProcessing",
                    "mapping|{\"nowhere\":\"emails\"}|mapping.nowhere",
                    "mapping|{\"email\":\"mail\"}|mapping.email",
                    "mapping|[]|mapping",
                    "mapping|{\"email\":null}|mapping",
                    "dryRun|perhaps|dryRun",
                    "colour|red|''"
                })
        void are_refused_with_their_name_if_invalid(String part, String content, String field) {
            var answer = server.sendFile("email\njan@example.org\n".getBytes(UTF_8), Map.of(part, content), Map.of());

            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.problem()).isEqualTo("invalid-request");
            assertThat(answer.fields()).containsExactly(field);
            assertThat(server.events()).isEqualTo(eventsBefore);
        }
    }

    @Nested
    class A_dry_run {

        @Test
        void counts_the_changes_and_records_nothing() {
            server.imported("email,first\nkim@example.org,Kim\n");
            var events = server.events();

            var job = server.imported(
                    "email,first,dnc\nkim@example.org,Kim,0\nkai@example.org,Kai,1\nbad,x,0\n".getBytes(UTF_8),
                    Map.of("dryRun", "true"));

            assertThat(job.path("dryRun").asBoolean()).isTrue();
            assertThat(numbers(job)).containsExactly(3L, 3L, 1L, 1L, 1L);
            assertThat(server.events()).isEqualTo(events);
        }

        @Test
        void says_that_an_opt_out_in_a_row_that_fails_would_be_recorded() {
            var job = server.imported(
                    "email,salesforceId,dnc\nkit@example.org,wrong,1\n".getBytes(UTF_8), Map.of("dryRun", "true"));

            assertThat(server.failures(job, "/api/imports")).contains("the opt-out in this row would be recorded");
            assertThat(server.events()).isEqualTo(eventsBefore);
        }

        /** Of forty people, half of them known, each is named in many chunks, with something new or without. */
        @ParameterizedTest
        @ValueSource(longs = {1, 2, 3})
        void predicts_the_result_of_each_row(long seed) {
            var random = new Random(seed);
            var known = new StringBuilder(HEADER);
            var file = new StringBuilder(HEADER);
            for (var person = 0; person < 40; person += 2) {
                known.append(row("dry%d-%d".formatted(seed, person), random));
            }
            for (var row = 0; row < 1_200; row++) {
                var person = "dry%d-%d".formatted(seed, random.nextInt(40));
                // Now and then a row is about two people at once, or makes no sense
                file.append(
                        switch (random.nextInt(30)) {
                            case 0 ->
                                "%s@example.org;dry%d-%d@example.org,,,,%s\n"
                                        .formatted(person, seed, random.nextInt(40), random.nextInt(8) == 0 ? "1" : "");
                            case 1 -> "nonsense,,,,\n";
                            default -> row(person, random);
                        });
            }
            server.imported(known.toString());
            var events = server.events();

            var consent = "{\"type\":\"CONSENT\",\"dateOfConsent\":\"2026-11-01\",\"purposeOfProcessing\":\"News\"}";
            var dryRun = server.imported(
                    file.toString().getBytes(UTF_8), Map.of("dryRun", "true", "authorization", consent));
            assertThat(server.events()).isEqualTo(events);
            var done = server.imported(file.toString().getBytes(UTF_8), Map.of("authorization", consent));

            assertThat(numbers(dryRun)).isEqualTo(numbers(done)).doesNotContain(0L);
            assertThat(server.failures(dryRun, "/api/imports").replace("would be recorded", "was recorded"))
                    .isEqualTo(server.failures(done, "/api/imports"));
        }

        private static final String HEADER = "email,company,phone,salesforceId,dnc\n";

        private static String row(String person, Random random) {
            var address = random.nextInt(4) == 0 ? person + "@example.org;second-" + person : person;
            return "%s@example.org,%s,%s,,%s\n"
                    .formatted(
                            address,
                            random.nextInt(10) == 0 ? "Company" + random.nextInt(3) : "",
                            random.nextInt(20) == 0 ? "+49 30 " + random.nextInt(3) : "",
                            random.nextInt(40) == 0 ? "1" : "");
        }
    }

    @Nested
    class A_preview {

        @Test
        void shows_the_meaning_of_the_columns_and_the_first_rows() {
            var file = "E-Mail;Vorname;Colour\nruth@example.org;Ruth;red\nrolf@example.org;Rolf;blue\n";

            var answer = server.sendFile(
                    "/api/imports/preview",
                    file.getBytes(UTF_8),
                    Map.of("mapping", "{\"Vorname\":\"firstName\",\"Colour\":\"other\"}"),
                    Map.of());

            assertThat(answer.status()).as(answer.body()).isEqualTo(200);
            var preview = JsonMapper.shared().readTree(answer.body());
            assertThat(preview.get("separator").asString()).isEqualTo(";");
            assertThat(preview.at("/columns/0/meaning").asString()).isEqualTo("emails");
            assertThat(preview.at("/columns/1/meaning").asString()).isEqualTo("firstName");
            assertThat(preview.at("/columns/2/meaning").asString()).isEqualTo("other");
            assertThat(preview.at("/columns/2/cells/1").asString()).isEqualTo("blue");
            assertThat(server.events()).isEqualTo(eventsBefore);
        }

        @Test
        void refuses_the_files_that_an_import_refuses() {
            var answer = server.sendFile(
                    "/api/imports/preview", "Mia,Nowak\nMax,Nowak\n".getBytes(UTF_8), Map.of(), Map.of());

            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.problem()).isEqualTo("import-columns-unknown");
        }
    }

    @Nested
    class The_list_of_jobs {

        @Test
        void has_the_newest_first_with_the_user_who_started_them() {
            server.imported("email\njobs1@example.org\n");
            var newer = server.imported("email\njobs2@example.org\n");

            var answer = server.request("GET", "/api/jobs").exchange();

            assertThat(answer.status()).as(answer.body()).isEqualTo(200);
            var jobs = JsonMapper.shared().readTree(answer.body()).get("jobs");
            assertThat(jobs.get(0).get("id")).isEqualTo(newer.get("id"));
            assertThat(jobs.get(0).at("/startedBy/name").asString()).isEqualTo("Test User");
            var rest = server.request(
                            "GET", "/api/jobs?after=" + newer.get("id").asString())
                    .exchange();
            assertThat(JsonMapper.shared().readTree(rest.body()).at("/jobs/0/id"))
                    .isEqualTo(jobs.get(1).get("id"));
        }
    }

    @Nested
    class A_repeated_request {

        @Test
        void under_the_same_key_returns_the_same_job() {
            var key = Map.of("Idempotency-Key", UUID.randomUUID().toString());
            var file = "email\nlea@example.org\n".getBytes(UTF_8);
            var first = server.sendFile(file, Map.of(), key);
            var second = server.sendFile(file, Map.of(), key);
            var third = server.sendFile("email\nleo@example.org\n".getBytes(UTF_8), Map.of(), key);
            var fourth = server.sendFile(file, Map.of("dryRun", "true"), key);

            assertThat(second.status()).isEqualTo(202);
            assertThat(second.header("Location")).isEqualTo(first.header("Location"));
            assertThat(third.status()).isEqualTo(422);
            assertThat(third.problem()).isEqualTo("idempotency-key-reused");
            assertThat(fourth.status()).isEqualTo(422);
            server.ended(first.header("Location"));
        }
    }

    @Nested
    class Files_that_cannot_be_used {

        @ParameterizedTest
        @CsvSource({
            "'',import-file-empty",
            "'email',import-file-without-rows",
            "'email\n\n,\n',import-file-without-rows",
            "'mia@example.org,Mia\nmax@example.org,Max\n',import-header-missing",
            "'Mia,Nowak\nMax,Nowak\n',import-columns-unknown",
            "'%PDF-1.7 and so on',import-file-binary",
            "'email,first\nmia@example.org,Mi\0a\n',import-file-binary"
        })
        void are_refused_with_a_reason(String content, String problem) {
            var answer = server.sendFile(content.getBytes(UTF_8), Map.of(), Map.of());

            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.problem()).isEqualTo(problem);
            assertThat(answer.fields()).containsExactly("file");
            assertThat(answer.body()).doesNotContain("example.org").doesNotContain("Mia");
            assertThat(server.events()).isEqualTo(eventsBefore);
        }

        @Test
        void as_a_form_are_refused_too() {
            var noFile = server.request("POST", "/api/imports")
                    .header("Content-Type", "multipart/form-data; boundary=x")
                    .json("--x\r\nContent-Disposition: form-data; name=\"dryRun\"\r\n\r\ntrue\r\n--x--\r\n")
                    .exchange();
            assertThat(noFile.status()).isEqualTo(400);
            assertThat(noFile.fields()).containsExactly("file");

            var cutOff = server.request("POST", "/api/imports")
                    .header("Content-Type", "multipart/form-data; boundary=x")
                    .json("--x\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nemail\r\nnina@example.org")
                    .exchange();
            assertThat(cutOff.status()).isEqualTo(400);

            var noBoundary = server.request("POST", "/api/imports")
                    .header("Content-Type", "multipart/form-data")
                    .json("email")
                    .exchange();
            assertThat(noBoundary.status()).isEqualTo(400);

            var noForm = server.request("POST", "/api/imports").json("{}").exchange();
            assertThat(noForm.status()).isEqualTo(415);
            assertThat(server.events()).isEqualTo(eventsBefore);
        }
    }

    @Nested
    class Naughty_strings {

        @ParameterizedTest
        @MethodSource("org.consentledger.testdata.TestData#present")
        void are_imported_unchanged(TestData data) {
            List<String> naughty =
                    JsonMapper.shared().readValue(data.text("text/naughty-strings.json"), new TypeReference<>() {});
            var strings = new ArrayList<>(naughty);
            strings.addAll(data.text("text/csv-injection.txt").lines().toList());
            var host = "@" + data.ordinal() + ".naughty.example.org";
            strings.removeIf(text -> text.isBlank() || text.indexOf('\0') >= 0);
            var csv = new StringBuilder("email,other\n");
            for (var i = 0; i < strings.size(); i++) {
                csv.append("naughty").append(i).append(host).append(",\"");
                csv.append(strings.get(i).replace("\"", "\"\"")).append("\"\n");
            }

            var job = server.imported(csv.toString());

            assertThat(numbers(job))
                    .containsExactly((long) strings.size(), (long) strings.size(), (long) strings.size(), 0L, 0L);
            var step = data == TestData.LOOK_ALIKES ? 1 : 37;
            for (var i = 0; i < strings.size(); i += step) {
                assertThat(contactOf("naughty" + i + host).other()).isEqualTo(strings.get(i));
            }
        }
    }

    @Nested
    class Whole_files {

        @ParameterizedTest
        @MethodSource("org.consentledger.testdata.TestData#present")
        void are_imported_by_their_own_headers_and_change_nothing_the_second_time(TestData data) {
            var ours = data == TestData.LOOK_ALIKES;
            importedOnce(data.bytes(ours ? "contacts/salesforce-240.csv" : "contacts/salesforce-5000.csv"));
            importedOnce(data.bytes("contacts/salesforce-report.csv"));
        }

        @ParameterizedTest
        @CsvSource({
            "hubspot, 3, 0",
            "mailchimp, 2, 0",
            "mautic-windows-1252, 2, 0",
            "pipes-latin-1, 2, 0",
            "listmonk, 3, 1",
            "google-contacts, 2, 0",
            "excel-unicode-text-utf-16le, 2, 0",
            "utf-16be-without-mark, 2, 0",
            "excel-separator-line, 2, 2"
        })
        void of_other_products_are_imported_so_too(String name, long changed, long failed) {
            var job = importedOnce(TestData.LOOK_ALIKES.bytes("contacts/" + name + ".csv"));

            assertThat(job.path("changed").asLong()).isEqualTo(changed);
            assertThat(job.path("failed").asLong()).isEqualTo(failed);
        }

        private JsonNode importedOnce(byte[] file) {
            var job = server.imported(file, Map.of());
            assertThat(job.path("status").asString()).isEqualTo("COMPLETED");
            assertThat(job.path("changed").asLong() + job.path("failed").asLong())
                    .isEqualTo(job.path("total").asLong());
            var events = server.events();

            server.imported(file, Map.of());

            assertThat(server.events()).isEqualTo(events);
            return job;
        }
    }

    private List<PersonEvent> historyOf(String email) {
        var hash = server.http
                .context
                .getBean(org.consentledger.foundation.privacy.LookupHash.class)
                .ofEmail(email);
        var id = server.jdbc.queryForObject(
                "SELECT person_id FROM person_identity WHERE key_hash = ?", UUID.class, hash.value());
        return server.engine.readEvents(List.of(String.valueOf(id))).values().iterator().next().stream()
                .map(event -> (PersonEvent) event.getPayload())
                .toList();
    }

    private org.consentledger.kernel.person.ContactData contactOf(String email) {
        var contact = org.consentledger.kernel.person.ContactData.NONE;
        for (var event : historyOf(email)) {
            if (event instanceof PersonRegistered registered) {
                contact = registered.contact();
            } else if (event instanceof ContactDataChanged changed) {
                for (var change : changed.changes()) {
                    contact = contact.with(change.field(), change.to());
                }
            }
        }
        return contact;
    }

    private Authorization authorizationOf(String email) {
        return historyOf(email).stream()
                .filter(AuthorizationSet.class::isInstance)
                .map(event -> ((AuthorizationSet) event).authorization())
                .reduce((first, last) -> last)
                .orElseThrow();
    }
}
