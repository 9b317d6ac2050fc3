package org.consentledger.command.imports;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpreadsheetCellTest {

    @ParameterizedTest
    @ValueSource(strings = {"=1+1", "+49 30 1", "-1", "@ada", "\t=1", "  =1", "'=1", "''@x", "\uFF1D1", "\u00A0+1"})
    void an_escaped_cell_is_restored(String cell) {
        assertThat(SpreadsheetCell.restore("'" + cell)).isEqualTo(cell);
    }

    @ParameterizedTest
    @ValueSource(strings = {"'t Hooft", "O'Neil", "'quoted'", "'", "", "=1", "a=1"})
    void a_cell_without_an_escape_stays_unchanged(String cell) {
        assertThat(SpreadsheetCell.restore(cell)).isEqualTo(cell);
    }
}
