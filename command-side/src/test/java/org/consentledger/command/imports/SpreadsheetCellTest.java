package org.consentledger.command.imports;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpreadsheetCellTest {

    @ParameterizedTest
    @ValueSource(strings = {"=1+1", "+49 30 1", "-1", "@ada", "\t=1", "  =1", "'=1", "''@x", "\uFF1D1", "\u00A0+1"})
    void what_was_made_safe_is_as_it_was(String cell) {
        assertThat(SpreadsheetCell.restore("'" + cell)).isEqualTo(cell);
    }

    @ParameterizedTest
    @ValueSource(strings = {"'t Hooft", "O'Neil", "'quoted'", "'", "", "=1", "a=1"})
    void what_needed_no_apostrophe_stays(String cell) {
        assertThat(SpreadsheetCell.restore(cell)).isEqualTo(cell);
    }
}
