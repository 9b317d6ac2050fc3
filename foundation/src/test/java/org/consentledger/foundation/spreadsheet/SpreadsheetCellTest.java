package org.consentledger.foundation.spreadsheet;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SpreadsheetCellTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "=1+1",
                "+49 30 1",
                "-1",
                "@SUM(1)",
                "\t=1",
                "\tx",
                "\rx",
                "\nx",
                "\u0000=1",
                "\u0000x",
                "  =1",
                "\u00A0+1",
                "\u3000-1",
                "\u200B=1",
                "\uFEFF@x",
                "\u00AD=1",
                "\u0001=1",
                " \u2060 =1",
                "\uFF1D1",
                "\uFF0B1",
                "\uFF0D1",
                "\uFF20x",
                "\u3000\uFF1D1",
                "'=1",
                "''@x"
            })
    void a_formula_gets_an_apostrophe_and_loses_it_again(String cell) {
        assertThat(SpreadsheetCell.escape(cell)).isEqualTo("'" + cell);
        assertThat(SpreadsheetCell.restore("'" + cell)).isEqualTo(cell);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', ignoreLeadingAndTrailingWhitespace = false, textBlock = """
            Ada;=1+1|Ada;'=1+1
            =1;+2|'=1;'+2
            +49 30 1; +49 170 2|'+49 30 1;' +49 170 2
            a;;@x|a;;'@x
            a;\uFF1D1|a;'\uFF1D1
            a;'-1|a;''-1
            ;=|;'=
            """)
    void a_formula_after_a_semicolon_gets_its_own(String cell, String escaped) {
        assertThat(SpreadsheetCell.escape(cell)).isEqualTo(escaped);
        assertThat(SpreadsheetCell.restore(escaped)).isEqualTo(cell);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "  ",
                "'",
                "Ada",
                "a=1",
                "1-2",
                "O'Brien",
                "'t Hooft",
                "'quoted'",
                " leading",
                "trailing ",
                "two\nlines",
                "x@example.org; y@example.org",
                "a;'b",
                "a;b=c"
            })
    void every_other_cell_stays_as_it_is(String cell) {
        assertThat(SpreadsheetCell.escape(cell)).isEqualTo(cell);
        assertThat(SpreadsheetCell.restore(cell)).isEqualTo(cell);
    }

    @Test
    void a_missing_cell_stays_missing() {
        assertThat(SpreadsheetCell.escape(null)).isNull();
    }

    @Test
    void restoring_gives_back_whatever_was_escaped() {
        var characters = "=+-@'; \t\r\n\u0000\u00A0\u200B\uFF1Da";
        var random = new java.util.Random(7);
        for (var round = 0; round < 20_000; round++) {
            var cell = new StringBuilder();
            for (var length = random.nextInt(9); length > 0; length--) {
                cell.append(characters.charAt(random.nextInt(characters.length())));
            }
            assertThat(SpreadsheetCell.restore(SpreadsheetCell.escape(cell.toString())))
                    .isEqualTo(cell.toString());
        }
    }
}
