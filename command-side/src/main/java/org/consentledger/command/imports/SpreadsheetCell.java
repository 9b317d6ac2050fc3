package org.consentledger.command.imports;

import java.util.regex.Pattern;

/**
 * A cell that a spreadsheet would run as a formula is exported with an apostrophe before it. This takes it off again.
 */
final class SpreadsheetCell {

    /** What our export puts an apostrophe before; apostrophes that were there already are a part of it. */
    private static final Pattern FORMULA =
            Pattern.compile("^'*[\\s\\p{Z}]*[=+\\-@\\t\\r\\n\\x00\\uFF1D\\uFF0B\\uFF0D\\uFF20]");

    /** The cell as it was before our export made it safe. */
    static String restore(String cell) {
        return cell.startsWith("'") && FORMULA.matcher(cell.substring(1)).lookingAt() ? cell.substring(1) : cell;
    }

    private SpreadsheetCell() {}
}
