package org.consentledger.command.imports;

import java.util.regex.Pattern;

/**
 * A cell that a spreadsheet would run as a formula is exported with an apostrophe before it. This takes it off again.
 */
final class SpreadsheetCell {

    private static final Pattern DEFUSED = Pattern.compile("^'+[=+\\-@\\t\\r\\n\\uFF1D\\uFF0B\\uFF0D\\uFF20]");

    /** The cell as it was before our export made it safe. */
    static String restore(String cell) {
        return DEFUSED.matcher(cell).lookingAt() ? cell.substring(1) : cell;
    }

    private SpreadsheetCell() {}
}
