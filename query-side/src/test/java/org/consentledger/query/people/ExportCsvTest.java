package org.consentledger.query.people;

import static org.assertj.core.api.Assertions.assertThat;
import static org.consentledger.query.readmodel.RecordedEvents.ADA;
import static org.consentledger.query.readmodel.RecordedEvents.BY_OLGA;
import static org.consentledger.query.readmodel.RecordedEvents.MONDAY;
import static org.consentledger.query.readmodel.RecordedEvents.recorded;

import java.util.List;
import org.consentledger.kernel.person.ContactData;
import org.consentledger.kernel.person.ContactField;
import org.consentledger.kernel.person.PersonEvent.PersonRegistered;
import org.consentledger.kernel.person.Source;
import org.consentledger.kernel.person.SourceType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExportCsvTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "=1",
                "+1",
                "-1",
                "@SUM(1)",
                "\t=1",
                "\rx",
                "\u0000=1",
                " =1",
                "\u00a0=1",
                "'=1",
                "''+1",
                "\uff1d1"
            })
    void a_formula_gets_an_apostrophe(String cell) {
        assertThat(firstName(cell)).isEqualTo("'" + cell);
    }

    @Test
    void a_formula_after_a_semicolon_gets_an_apostrophe_of_its_own() {
        assertThat(firstName("Ada;=1+1")).isEqualTo("Ada;'=1+1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Ada", "O'Brien", "a=b", "1-2", "'quoted'", " leading", "trailing ", "x@example.org", "  "})
    void any_other_text_stays_unchanged(String cell) {
        assertThat(firstName(cell)).isEqualTo(cell);
    }

    private static String firstName(String cell) {
        var registered = new PersonRegistered(
                ADA,
                ContactData.NONE.with(ContactField.FIRST_NAME, List.of(cell)),
                Source.of(SourceType.IMPORT),
                MONDAY);
        var csv = ExportCsv.of(PersonDocument.evolve(null, recorded(registered, 0, BY_OLGA)), MONDAY);
        var row = csv.substring(csv.indexOf("\r\n") + 2);
        var first = row.substring(0, row.indexOf(",,"));
        return first.startsWith("\"") ? first.substring(1, first.length() - 1).replace("\"\"", "\"") : first;
    }
}
