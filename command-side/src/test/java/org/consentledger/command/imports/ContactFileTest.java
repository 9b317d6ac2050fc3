package org.consentledger.command.imports;

import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.consentledger.command.imports.UnusableFileException.Flaw;
import org.consentledger.kernel.person.ContactData;
import org.consentledger.kernel.person.ContactField;
import org.consentledger.testdata.TestData;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

class ContactFileTest {

    private static final ContactData ADA = ContactData.NONE
            .with(ContactField.FIRST_NAME, List.of("Ada"))
            .with(ContactField.LAST_NAME, List.of("Nowak"))
            .with(ContactField.EMAILS, List.of("ada@example.org"))
            .with(ContactField.PHONES, List.of("+49 30 1234"))
            .with(ContactField.COMPANY, List.of("Nowak GmbH"))
            .with(ContactField.TITLE, List.of("CTO"))
            .with(ContactField.WEBSITE, List.of("https://example.org"));

    @Nested
    class Layouts {

        @Test
        void salesforce_by_its_api_names() throws IOException {
            assertThat(only(
                            "Id,FirstName,LastName,Email,Phone,MobilePhone,Account.Name,Title,Website,HasOptedOutOfEmail\n"
                                    + "003A000001abcDEFGH,Ada,Nowak,ada@example.org,+49 30 1234,+49 170 1,Nowak GmbH,CTO,"
                                    + "https://example.org,false\n"))
                    .isEqualTo(new Row.Contact(
                            2,
                            ADA.with(ContactField.PHONES, List.of("+49 30 1234", "+49 170 1"))
                                    .with(ContactField.SALESFORCE_ID, List.of("003A000001abcDEFGH")),
                            false));
        }

        @Test
        void salesforce_by_its_report_labels() throws IOException {
            assertThat(only("\"Contact: Contact ID\",\"Contact: First Name\",\"Contact: Last Name\",\"Contact: Email\","
                            + "\"Contact: Phone\",\"Account: Account Name\",\"Contact: Title\",\"Account: Website\","
                            + "\"Contact: Email Opt Out\",\"Account: Phone\"\n"
                            + "003A000001abcDE,Ada,Nowak,ada@example.org,+49 30 1234,Nowak GmbH,CTO,"
                            + "https://example.org,1,+49 999\n"))
                    .isEqualTo(
                            new Row.Contact(2, ADA.with(ContactField.SALESFORCE_ID, List.of("003A000001abcDE")), true));
        }

        @Test
        void hubspot() throws IOException {
            assertThat(only("Record ID,First Name,Last Name,Email,Phone Number,Company Name,Job Title,Website URL,"
                            + "Unsubscribed from all email\n"
                            + "51,Ada,Nowak,ada@example.org,+49 30 1234,Nowak GmbH,CTO,https://example.org,Yes\n"))
                    .isEqualTo(new Row.Contact(2, ADA, true));
        }

        @Test
        void mautic_whose_title_is_a_salutation() throws IOException {
            assertThat(only("id,title,firstname,lastname,email,phone,company,position,website,dnc\n"
                            + "7,Dr.,Ada,Nowak,ada@example.org,+49 30 1234,Nowak GmbH,CTO,https://example.org,0\n"))
                    .isEqualTo(new Row.Contact(2, ADA, false));
        }

        @Test
        void listmonk() throws IOException {
            assertThat(
                            only(
                                    "uuid,email,name,attributes,status,created_at,updated_at\n"
                                            + "b,ada@example.org,Ada Nowak,\"{\"\"city\"\": \"\"Berlin\"\"}\",blocklisted,2026-01-01,2026-01-01\n"))
                    .isEqualTo(new Row.Contact(
                            2,
                            ContactData.NONE
                                    .with(ContactField.FIRST_NAME, List.of("Ada"))
                                    .with(ContactField.LAST_NAME, List.of("Nowak"))
                                    .with(ContactField.EMAILS, List.of("ada@example.org")),
                            true));
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "Name,Given Name,Family Name,E-mail 1 - Type,E-mail 1 - Value,Phone 1 - Value,"
                            + "Organization 1 - Name,Organization 1 - Title,Website 1 - Value,E-mail 2 - Value",
                    "File As,First Name,Last Name,E-mail 1 - Label,E-mail 1 - Value,Phone 1 - Value,"
                            + "Organization Name,Organization Title,Website 1 - Value,E-mail 2 - Value"
                })
        void google_contacts_of_both_generations(String header) throws IOException {
            assertThat(only(header + "\nx,Ada,Nowak,* Work,ada@example.org ::: a.nowak@example.org,+49 30 1234 ::: 11,"
                            + "Nowak GmbH,CTO,https://example.org,private@example.org\n"))
                    .isEqualTo(new Row.Contact(
                            2,
                            ADA.with(
                                            ContactField.EMAILS,
                                            List.of("ada@example.org", "a.nowak@example.org", "private@example.org"))
                                    .with(ContactField.PHONES, List.of("+49 30 1234", "11")),
                            false));
        }

        @Test
        void our_own_export_with_its_cells_unescaped() throws IOException {
            assertThat(only("\uFEFFFirst Name,Last Name,Company,Title,Email ID,Phone Number,Website,Other,Updated At,"
                            + "Created At,Salesforce ID,Person ID,Facebook,Twitter,LinkedIn,Exported At\r\n"
                            + "Ada,Nowak,Nowak GmbH,CTO,ada@example.org; a.nowak@example.org,'+49 30 1234;' +1,"
                            + "https://example.org,\"'=SUM(1,2)\",2026-01-01T00:00:00Z,2026-01-01T00:00:00Z,"
                            + "003A000001abcDEFGH,0f0f,,'@ada,,2026-01-01T00:00:00Z\r\n"))
                    .isEqualTo(new Row.Contact(
                            2,
                            ADA.with(ContactField.EMAILS, List.of("ada@example.org", "a.nowak@example.org"))
                                    .with(ContactField.PHONES, List.of("+49 30 1234", "+1"))
                                    .with(ContactField.OTHER, List.of("=SUM(1,2)"))
                                    .with(ContactField.TWITTER, List.of("@ada"))
                                    .with(ContactField.SALESFORCE_ID, List.of("003A000001abcDEFGH")),
                            false));
        }

        @Test
        void any_order_and_case() throws IOException {
            assertThat(only("EMAIL ADDRESS;last_name;FIRST-NAME\nada@example.org;Nowak;Ada\n"))
                    .isEqualTo(new Row.Contact(
                            2,
                            ContactData.NONE
                                    .with(ContactField.FIRST_NAME, List.of("Ada"))
                                    .with(ContactField.LAST_NAME, List.of("Nowak"))
                                    .with(ContactField.EMAILS, List.of("ada@example.org")),
                            false));
        }

        @Test
        void a_mapping_gives_the_meaning_of_an_unknown_header() throws IOException {
            var file = open(
                    "account,first,Kontakt,Newsletter aus\nNowak GmbH,Ada,ada@example.org,x\n".getBytes(UTF_8),
                    Map.of("ACCOUNT", "company", "Kontakt", "emails", "first", "ignore", "Newsletter aus", "optOut"));
            assertThat(file.columns().ignored()).containsExactly("first");
            assertThat(file.next())
                    .isEqualTo(new Row.Contact(
                            2,
                            ContactData.NONE
                                    .with(ContactField.COMPANY, List.of("Nowak GmbH"))
                                    .with(ContactField.EMAILS, List.of("ada@example.org")),
                            true));
        }

        @Test
        void a_mapping_of_a_missing_column_is_refused_with_its_name() {
            assertThatThrownBy(() -> open("email\nada@example.org\n".getBytes(UTF_8), Map.of("mail", "emails")))
                    .isInstanceOfSatisfying(
                            Columns.UnusableMappingException.class,
                            unusable -> assertThat(unusable.header()).isEqualTo("mail"));
            assertThatThrownBy(() -> open("email\nada@example.org\n".getBytes(UTF_8), Map.of("email", "mail")))
                    .isInstanceOf(Columns.UnusableMappingException.class);
        }

        @Test
        void ignored_columns_are_listed() throws IOException {
            assertThat(open("email,zip,,city\na@example.org,1,,x\n".getBytes(UTF_8), Map.of())
                            .columns()
                            .ignored())
                    .containsExactly("zip", "#3", "city");
        }
    }

    @Nested
    class Opt_outs {

        @ParameterizedTest
        @CsvSource({
            "HasOptedOutOfEmail,1,true",
            "HasOptedOutOfEmail,TRUE,true",
            "HasOptedOutOfEmail,0,false",
            "Email Opt Out,false,false",
            "Email Opt Out,'',false",
            "dnc,2,true",
            "doNotEmail,on,true",
            "Opted out of email: Marketing Information,Yes,true",
            "Unsubscribed from all email,no,false",
            "status,unsubscribed,true",
            "status,BLOCKLISTED,true",
            "status,enabled,false",
            "status,whatever,false"
        })
        void are_read_from_the_columns_of_each_system(String header, String cell, boolean optedOut) throws IOException {
            assertThat(only("email," + header + "\nada@example.org," + cell + "\n"))
                    .isInstanceOfSatisfying(
                            Row.Contact.class,
                            contact -> assertThat(contact.optedOut()).isEqualTo(optedOut));
        }

        @Test
        void that_cannot_be_understood_are_reported_and_never_read_as_no() throws IOException {
            assertThat(only("email,optout\nada@example.org,perhaps\n"))
                    .isEqualTo(
                            new Row.Unreadable(2, "optout", "says neither yes nor no to whether the person opted out"));
        }
    }

    @Nested
    class Rows_that_cannot_be_read {

        @ParameterizedTest
        @CsvSource(
                delimiter = '~',
                value = {
                    "ada@example.org~the row has 1 cells, the header has 2",
                    "ada@example.org,Ada,x~the row has 3 cells, the header has 2",
                    "not an address,Ada~is not an e-mail address",
                    ",Ada~the row has neither an e-mail address nor a Salesforce id"
                })
        void have_a_reason(String row, String reason) throws IOException {
            assertThat(only("email,first\n" + row + "\n")).isInstanceOfSatisfying(Row.Unreadable.class, unreadable -> {
                assertThat(unreadable.line()).isEqualTo(2);
                assertThat(unreadable.reason()).isEqualTo(reason);
            });
        }

        @Test
        void name_the_column() throws IOException {
            assertThat(only("First,E-Mail\nAda,\"ada\"@example.org\n"))
                    .isEqualTo(new Row.Unreadable(
                            2, "E-Mail", "a quotation mark inside of a quoted cell must be doubled"));
        }

        @Test
        void may_have_surplus_cells_that_are_empty() throws IOException {
            assertThat(only("email,first\nada@example.org,Ada,,\n")).isInstanceOf(Row.Contact.class);
        }
    }

    @Nested
    class Files_that_cannot_be_used {

        @ParameterizedTest
        @CsvSource({
            "'ada@example.org,Ada',IMPORT_HEADER_MISSING",
            "'Ada,Nowak',IMPORT_COLUMNS_UNKNOWN",
            "'first,last,phone',IMPORT_COLUMNS_UNKNOWN",
            "'\"email,first',IMPORT_HEADER_UNREADABLE",
            "'  ',IMPORT_FILE_EMPTY"
        })
        void have_a_reason(String header, Flaw flaw) {
            assertThatThrownBy(() -> open((header + "\n").getBytes(UTF_8), Map.of()))
                    .isInstanceOfSatisfying(
                            UnusableFileException.class,
                            unusable -> assertThat(unusable.flaw()).isEqualTo(flaw));
        }
    }

    @Nested
    class Separators {

        @ParameterizedTest
        @ValueSource(strings = {",", ";", "\t", "|"})
        void are_detected(String separator) throws IOException {
            var text = "Email,First Name,Other\nada@example.org,Ada,\"a,b;c|d\te\"\n"
                    .lines()
                    .map(line -> line.startsWith("E")
                            ? line.replace(",", separator)
                            : line.replaceAll(",(?=[A\"])", separator.equals("|") ? "|" : separator))
                    .reduce("", (all, line) -> all + line + "\n");
            assertThat(only(text))
                    .isEqualTo(new Row.Contact(
                            2,
                            ContactData.NONE
                                    .with(ContactField.FIRST_NAME, List.of("Ada"))
                                    .with(ContactField.EMAILS, List.of("ada@example.org"))
                                    .with(ContactField.OTHER, List.of("a,b;c|d\te")),
                            false));
        }

        @Test
        void of_an_unknown_header_are_those_that_give_all_rows_the_same_width() throws IOException {
            var file = open(
                    "Wer; Anschrift, elektronisch\nAda;ada@example.org\nBob;bob@example.org\n".getBytes(UTF_8),
                    Map.of("Anschrift, elektronisch", "emails"));
            assertThat(file.next()).isInstanceOf(Row.Contact.class);
        }

        @Test
        void may_be_named_by_the_first_line() throws IOException {
            assertThat(only("sep=;\r\nemail;first\r\nada@example.org;Ada\r\n"))
                    .isInstanceOfSatisfying(
                            Row.Contact.class,
                            contact -> assertThat(contact.line()).isEqualTo(3));
        }

        @Test
        void are_not_needed_by_a_single_column() throws IOException {
            assertThat(only("email\nada@example.org\n")).isInstanceOf(Row.Contact.class);
        }
    }

    @Nested
    class Encodings {

        @Test
        void all_give_the_same_contact() throws IOException {
            var text = "email,first\nzoe@example.org,Zoë\n";
            for (var charset : List.of(UTF_8, UTF_16LE, Charset.forName("windows-1252"))) {
                assertThat(open(text.getBytes(charset), Map.of()).next())
                        .isEqualTo(new Row.Contact(
                                2,
                                ContactData.NONE
                                        .with(ContactField.FIRST_NAME, List.of("Zoë"))
                                        .with(ContactField.EMAILS, List.of("zoe@example.org")),
                                false));
            }
        }
    }

    @Nested
    class Whole_files {

        @ParameterizedTest
        @MethodSource("org.consentledger.testdata.TestData#present")
        void a_list_of_contacts_is_read_by_its_own_headers(TestData data) throws IOException {
            var ours = data == TestData.LOOK_ALIKES;
            var file =
                    open(data.bytes(ours ? "contacts/salesforce-240.csv" : "contacts/salesforce-5000.csv"), Map.of());
            assertThat(file.columns().ignored()).containsExactly("account", "zip", "city", "state", "country");
            var rows = rows(file);
            assertThat(rows)
                    .hasSize(ours ? 240 : 5000)
                    .allSatisfy(row -> assertThat(row).isInstanceOf(Row.Contact.class));
            assertThat(((Row.Contact) rows.get(ours ? 3 : 0)).contact())
                    .isEqualTo(
                            ours
                                    ? contact("Dietmar", "Quersumme \"Dąbrowski\"", "row4.dietmar@mail.example.org")
                                            .with(ContactField.PHONES, List.of("(202) 555-0103"))
                                    : contact("John", "Holland", "xujokmi@fi.aq")
                                            .with(ContactField.PHONES, List.of("(586) 647-2898")));
        }

        @ParameterizedTest
        @MethodSource("org.consentledger.testdata.TestData#present")
        void a_salesforce_report_is_read_by_its_own_headers(TestData data) throws IOException {
            var file = open(data.bytes("contacts/salesforce-report.csv"), Map.of());
            assertThat(file.columns().ignored()).containsExactly("Account: Type", "Account: Phone", "Contact: Picture");
            var rows = rows(file);
            if (data == TestData.LOOK_ALIKES) {
                assertThat(rows)
                        .containsExactly(
                                new Row.Contact(
                                        2,
                                        contact("Swantje", "Petersen", "swantje@kielwasser.example.org")
                                                .with(ContactField.COMPANY, List.of("Kielwasser AG"))
                                                .with(ContactField.TITLE, List.of("Head of Sales"))
                                                .with(ContactField.PHONES, List.of("4315550101")),
                                        false),
                                new Row.Contact(
                                        3,
                                        contact("Jørn", "O'Hara \"Jo\"", "jorn@kielwasser.example.org")
                                                .with(ContactField.COMPANY, List.of("Kielwasser AG, Werft"))
                                                .with(ContactField.TITLE, List.of("Engineer,\nSecond Shift"))
                                                .with(ContactField.PHONES, List.of("4315550102")),
                                        false),
                                new Row.Unreadable(5, null, "the row has 6 cells, the header has 9"),
                                new Row.Contact(6, contact("Nadja", "Iwanowa", "nadja@iwanowa.example.org"), false),
                                new Row.Unreadable(
                                        7, null, "the row has neither an e-mail address nor a Salesforce id"),
                                new Row.Unreadable(9, null, "the row has 1 cells, the header has 9"));
                return;
            }
            assertThat(rows.stream().filter(row -> row instanceof Row.Contact)).isNotEmpty();
            assertThat(rows.stream().filter(row -> row instanceof Row.Unreadable))
                    .allSatisfy(
                            row -> assertThat(((Row.Unreadable) row).reason()).contains("cells, the header has 9"));
            assertThat(((Row.Contact) rows.getFirst()).contact().company()).isEqualTo("Alpha Dynamics");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "hubspot",
                    "mailchimp",
                    "mautic-windows-1252",
                    "pipes-latin-1",
                    "listmonk",
                    "google-contacts",
                    "excel-unicode-text-utf-16le",
                    "utf-16be-without-mark",
                    "excel-separator-line"
                })
        void an_export_of_another_product_means_its_json(String name) throws IOException {
            var file = open(TestData.LOOK_ALIKES.bytes("contacts/" + name + ".csv"), Map.of());
            var meant = JsonMapper.shared()
                    .readValue(
                            TestData.LOOK_ALIKES.text("contacts/" + name + ".json"),
                            new TypeReference<List<Map<String, Object>>>() {});

            assertThat(rows(file).stream().map(Whole_files::asJson)).isEqualTo(meant);
        }

        private static Map<String, Object> asJson(Row row) {
            var json = new HashMap<String, Object>();
            json.put("line", Math.toIntExact(row.line()));
            switch (row) {
                case Row.Contact contact -> {
                    json.put("optedOut", contact.optedOut());
                    for (var field : ContactField.values()) {
                        if (!contact.contact().values(field).isEmpty()) {
                            json.put(field.jsonName(), contact.contact().values(field));
                        }
                    }
                }
                case Row.Unreadable unreadable -> {
                    json.put("unreadable", unreadable.reason());
                    if (unreadable.column() != null) {
                        json.put("column", unreadable.column());
                    }
                }
            }
            return json;
        }

        private static ContactData contact(String firstName, String lastName, String email) {
            return ContactData.NONE
                    .with(ContactField.FIRST_NAME, List.of(firstName))
                    .with(ContactField.LAST_NAME, List.of(lastName))
                    .with(ContactField.EMAILS, List.of(email));
        }
    }

    private static Row only(String text) throws IOException {
        var rows = rows(open(text.getBytes(UTF_8), Map.of()));
        assertThat(rows).hasSize(1);
        return rows.getFirst();
    }

    private static List<Row> rows(ContactFile file) throws IOException {
        var rows = new ArrayList<Row>();
        for (var row = file.next(); row != null; row = file.next()) {
            rows.add(row);
        }
        return rows;
    }

    private static ContactFile open(byte[] bytes, Map<String, String> mapping) throws IOException {
        var detector = new EncodingDetector();
        detector.accept(bytes, 0, bytes.length);
        var form = ContactFile.detectFormat(detector.encoding(), new ByteArrayInputStream(bytes));
        return ContactFile.open(new ByteArrayInputStream(bytes), form, mapping);
    }
}
