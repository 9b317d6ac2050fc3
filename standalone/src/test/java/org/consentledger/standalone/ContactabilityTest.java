package org.consentledger.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

@ExtendWith(SharedLedger.class)
class ContactabilityTest {

    private static final int OPT_OUTS = 20;

    @Test
    void counts_an_acknowledged_opt_out_in_the_very_next_answer(LedgerProcess ledger) {
        var api = ledger.api();
        for (int number = 0; number < OPT_OUTS; number++) {
            var address = UUID.randomUUID() + "@example.org";
            register(api, address);
            assertThat(ask(api, address).at("/because/rule").asString()).isEqualTo("ALLOWED");

            optOut(api, address);

            assertThat(ask(api, address).at("/because/rule").asString()).isEqualTo("UNSUBSCRIBED");
        }
    }

    @Test
    void names_the_event_that_decides(LedgerProcess ledger) {
        var api = ledger.api();
        var address = UUID.randomUUID() + "@example.org";
        var person = register(api, address);
        assertThat(ask(api, address).at("/because/position"))
                .isEqualTo(eventOf(api, person, 1).get("position"));

        optOut(api, address);
        var added = "{\"emails\":[\"" + address + "\",\"added-" + address + "\"]}";
        Api.json(200, api.send("operator", "PATCH", "/api/people/" + person, added));

        var optOut = eventOf(api, person, 2);
        assertThat(optOut.get("type").asString()).isEqualTo("Unsubscribed");
        for (var one : new String[] {address, "added-" + address}) {
            var because = ask(api, one).get("because");
            assertThat(because.get("rule").asString()).isEqualTo("UNSUBSCRIBED");
            assertThat(because.get("personId").asString()).isEqualTo(person);
            assertThat(because.get("version").asInt()).isEqualTo(5);
            assertThat(because.get("position")).isEqualTo(optOut.get("position"));
        }

        Api.json(200, api.send("admin", "DELETE", "/api/people/" + person, "{\"reason\":\"asked\"}"));
        var because = ask(api, "added-" + address).get("because");
        assertThat(because.get("rule").asString()).isEqualTo("ERASED");
        assertThat(because.get("position")).isEqualTo(eventOf(api, person, 4).get("position"));
    }

    @Test
    void covers_an_address_without_a_person(LedgerProcess ledger) {
        var api = ledger.api();
        var address = UUID.randomUUID() + "@example.org";

        optOut(api, address);

        var because = ask(api, address).get("because");
        assertThat(because.get("rule").asString()).isEqualTo("SUPPRESSED");
        assertThat(because.get("personId").isNull()).isTrue();
        assertThat(because.get("position").asLong()).isPositive();
    }

    /** An opt-out holds for every spelling of the mailbox, and so does a registration after it. */
    @ParameterizedTest
    @CsvSource({
        "'%s@example.org\u00a0'",
        "'\u200b%s@example.org'",
        "'<%s@example.org>'",
        "'mailto:%s@EXAMPLE.org'",
        "'%s\uff20example.org'"
    })
    void knows_a_mailbox_in_every_spelling(String spelling, LedgerProcess ledger) {
        var api = ledger.api();
        var known = UUID.randomUUID().toString();
        register(api, known + "@example.org");
        optOut(api, spelling.formatted(known));
        assertThat(ask(api, known + "@example.org").at("/because/rule").asString())
                .isEqualTo("UNSUBSCRIBED");

        var unknown = UUID.randomUUID().toString();
        optOut(api, unknown + "@example.org");
        register(api, spelling.formatted(unknown));
        assertThat(ask(api, spelling.formatted(unknown)).at("/because/rule").asString())
                .isEqualTo("UNSUBSCRIBED");
    }

    @Test
    void refuses_an_address_that_it_can_not_read(LedgerProcess ledger) {
        var answer =
                ledger.api().send("operator", "POST", "/api/unsubscribes", "{\"email\":\"ada@example.org\ufffd\"}");

        assertThat(Api.json(400, answer).at("/errors/0/field").asString()).isEqualTo("email");
    }

    private static String register(Api api, String address) {
        return Api.json(201, api.send("operator", "POST", "/api/people", """
                        {"emails":["%s"],"source":{"type":"IMPORT"},"authorization":{"type":"LEGITIMATE_INTEREST"}}""".formatted(address)))
                .get("personId")
                .asString();
    }

    private static void optOut(Api api, String address) {
        Api.json(200, api.send("operator", "POST", "/api/unsubscribes", "{\"email\":\"" + address + "\"}"));
    }

    private static JsonNode ask(Api api, String address) {
        return Api.json(200, api.send("operator", "POST", "/api/contactability", "{\"emails\":[\"" + address + "\"]}"))
                .at("/results/0");
    }

    /** The entry of the person's event in the audit trail, counted from 0. */
    private static JsonNode eventOf(Api api, String person, int number) {
        return Api.json(200, api.get("auditor", "/api/people/" + person + "/audit-trail?minVersion=" + (number + 1)))
                .get("entries")
                .get(number);
    }
}
