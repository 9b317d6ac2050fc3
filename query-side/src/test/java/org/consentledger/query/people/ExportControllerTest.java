package org.consentledger.query.people;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.consentledger.kernel.person.ContactData;
import org.consentledger.kernel.person.ContactField;
import org.consentledger.kernel.person.FieldChange;
import org.consentledger.kernel.person.PersonEvent.ContactDataChanged;
import org.consentledger.kernel.person.PersonEvent.PersonErased;
import org.consentledger.kernel.person.PersonEvent.PersonExported;
import org.consentledger.kernel.person.PersonEvent.PersonRegistered;
import org.consentledger.kernel.person.PersonId;
import org.consentledger.kernel.person.Source;
import org.consentledger.kernel.person.SourceType;
import org.consentledger.query.testing.Api;
import org.consentledger.query.testing.QuerySideTest;
import org.consentledger.query.testing.Writer;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

@QuerySideTest
class ExportControllerTest {

    private static final Instant NOW = Instant.parse("2026-03-02T09:00:00Z");
    private static final String HEADER = "\uFEFFFirst Name,Last Name,Company,Title,Email ID,Phone Number,Website,Other,"
            + "Updated At,Created At,Salesforce ID,Person ID,Facebook,Twitter,LinkedIn,Exported At\r\n";

    @Autowired
    private Writer writer;

    @Autowired
    private Api api;

    private final PersonId ada = PersonId.random();
    private final UUID export = UUID.randomUUID();

    @Test
    void is_exactly_the_columns_with_the_person_as_of_the_export() {
        writer.record(
                new PersonRegistered(
                        ada,
                        ContactData.NONE
                                .with(ContactField.FIRST_NAME, List.of("Ada \"Countess\""))
                                .with(ContactField.LAST_NAME, List.of("=1+1"))
                                .with(ContactField.COMPANY, List.of("Nowak, Söhne"))
                                .with(ContactField.TITLE, List.of("two\nlines\r\nand three"))
                                .with(ContactField.EMAILS, List.of("ada@example.org", "nowak@example.org"))
                                .with(ContactField.PHONES, List.of("+49 30 1234", "030 1234"))
                                .with(ContactField.OTHER, List.of("  =2+2"))
                                .with(ContactField.TWITTER, List.of("@ada")),
                        Source.of(SourceType.IMPORT),
                        NOW),
                new PersonExported(ada, export, NOW));
        writer.record(new ContactDataChanged(
                ada, List.of(new FieldChange(ContactField.COMPANY, List.of("Nowak, Söhne"), List.of("Later"))), NOW));

        var answer = download("u-olga.operator");

        var recordedAt = Instant.parse(api.get("olga.operator", "/api/people/" + ada + "?minVersion=3")
                .json()
                .get("createdAt")
                .asString());
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Content-Type")).isEqualTo("text/csv;charset=UTF-8");
        assertThat(answer.header("Content-Disposition")).isEqualTo("attachment; filename=\"person-" + ada + ".csv\"");
        assertThat(new String(answer.response().body(), UTF_8))
                .isEqualTo(HEADER
                        + "\"Ada \"\"Countess\"\"\",'=1+1,\"Nowak, Söhne\",\"two\nlines\r\nand three\","
                        + "ada@example.org; nowak@example.org,'+49 30 1234; 030 1234,,'  =2+2,"
                        + recordedAt + "," + recordedAt + ",," + ada + ",,'@ada,," + NOW + "\r\n");
    }

    @Test
    void is_for_its_requester_and_for_auditors() {
        writer.record(registered(), new PersonExported(ada, export, NOW));

        assertThat(download("u-olga.operator").status()).isEqualTo(200);
        assertThat(download("otto.auditor").status()).isEqualTo(200);
        assertThat(download("oskar.operator").status()).isEqualTo(403);
        assertThat(download("ralf.analyst").status()).isEqualTo(403);
    }

    @Test
    void does_not_exist_without_its_event() {
        writer.record(registered());

        assertThat(download("u-olga.operator").problem()).isEqualTo("unknown-export");
        assertThat(api.get("u-olga.operator", "/api/people/" + PersonId.random() + "/exports/" + export)
                        .problem())
                .isEqualTo("unknown-person");
    }

    @Test
    void is_gone_after_the_person_was_erased() {
        writer.record(registered(), new PersonExported(ada, export, NOW));
        writer.record(new PersonErased(ada, "asked for it", NOW));

        assertThat(download("u-olga.operator").status()).isEqualTo(410);
        assertThat(download("u-olga.operator").problem()).isEqualTo("person-erased");
    }

    private PersonRegistered registered() {
        return new PersonRegistered(
                ada,
                ContactData.NONE.with(ContactField.EMAILS, List.of("ada@example.org")),
                Source.of(SourceType.IMPORT),
                NOW);
    }

    private Api.Answer download(String token) {
        return api.get(token, "/api/people/" + ada + "/exports/" + export);
    }
}
