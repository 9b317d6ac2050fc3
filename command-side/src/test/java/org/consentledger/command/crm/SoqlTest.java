package org.consentledger.command.crm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class SoqlTest {

    private static final String ID = "003Xx0000004Lk1IAE";

    private final Soql soql = new Soql(new Binder(new MapConfigurationPropertySource(
                    Map.of("ledger.salesforce.instance-url", "https://look-alike.my.salesforce.com")))
            .bindOrCreate("ledger.salesforce", SalesforceSettings.class));

    private static JsonNode row(String modstamp) {
        return JsonMapper.builder()
                .build()
                .valueToTree(
                        Map.of("Id", ID, "SystemModstamp", modstamp, "IsDeleted", false, "HasOptedOutOfEmail", false));
    }

    @ParameterizedTest
    @CsvSource({
        "2026-11-24T09:00:00.000+0000, 2026-11-24T09:00:00Z",
        "2026-11-24T09:00:00+0000, 2026-11-24T09:00:00Z",
        "2026-11-24T09:00:00.000+00:00, 2026-11-24T09:00:00Z",
        "2026-11-24T09:00:00+00:00, 2026-11-24T09:00:00Z",
        "2026-11-24T09:00:00.000Z, 2026-11-24T09:00:00Z",
        "2026-11-24T09:00:00Z, 2026-11-24T09:00:00Z",
        "2026-11-24T09:00:00.789+0000, 2026-11-24T09:00:00.789Z",
        "2026-11-24T10:30:00.000+0130, 2026-11-24T09:00:00Z",
        "2026-11-24T10:30:00.000+01:30, 2026-11-24T09:00:00Z",
        "2026-11-24T01:00:00.000-0800, 2026-11-24T09:00:00Z",
        "2026-11-24T01:00:00-08:00, 2026-11-24T09:00:00Z"
    })
    void a_time_is_read_in_every_documented_form(String text, Instant expected) {
        assertThat(soql.read(RecordType.CONTACT, row(text)).modstamp()).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "2026-11-24",
                "2026-11-24T09:00:00.000",
                "2026-11-24T09:00:00.000+000",
                "2026-11-24T09:00:00.000+0000Z",
                "2026-02-30T09:00:00.000+0000",
                "1795510800000"
            })
    void any_other_text_is_rejected_as_a_time(String text) {
        assertThatThrownBy(() -> soql.read(RecordType.CONTACT, row(text)))
                .isInstanceOf(SalesforceFault.class)
                .hasMessageStartingWith("UNREADABLE");
    }

    @Test
    void the_time_in_a_condition_is_a_literal_of_soql_which_has_no_quotes_and_ends_in_z() {
        var read = soql.read(RecordType.CONTACT, row("2026-11-24T10:00:00.000+0100"));

        assertThat(soql.changesAfter(RecordType.CONTACT, new Watermark(read.modstamp(), read.id())))
                .endsWith(" WHERE SystemModstamp > 2026-11-24T09:00:00Z OR (SystemModstamp = 2026-11-24T09:00:00Z"
                        + " AND Id > '" + ID + "') ORDER BY SystemModstamp, Id");
        assertThat(soql.changesAfter(
                        RecordType.CONTACT, new Watermark(Instant.parse("2026-11-24T09:00:00.123456Z"), "")))
                .endsWith(" WHERE SystemModstamp >= 2026-11-24T09:00:00Z ORDER BY SystemModstamp, Id");
    }

    @Test
    void an_id_in_a_condition_has_the_form_of_an_id() {
        assertThat(soql.byId(RecordType.CONTACT, List.of(ID, "003Xx0000004Lk2")))
                .endsWith(" WHERE Id IN ('" + ID + "','003Xx0000004Lk2')");
        assertThatThrownBy(() -> soql.byId(RecordType.CONTACT, List.of("003') OR (Name != '")))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
