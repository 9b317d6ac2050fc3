package org.consentledger.foundation.spreadsheet;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Escapes CSV cells that a spreadsheet would run as a formula, and removes the escape again.
 *
 * <p>A cell is a formula if it begins with {@code = + - @}, with the full-width form of one of them, or with a tab, a
 * line break or NUL. White space and invisible characters may come before. The escape is an apostrophe at the beginning
 * of the cell.
 *
 * <p>Where the list separator is a semicolon, a spreadsheet splits our cells at each {@code ;}. So what follows a
 * semicolon is escaped like a cell: {@code Ada;=1+1} becomes {@code Ada;'=1+1}.
 */
public final class SpreadsheetCell {

    private static final String BEGINNING = "(^|;)";

    // Apostrophes before it too: restore removes one, and the cell must come back as it was.
    private static final String FORMULA =
            "(?='*[\\s\\p{Z}\\p{Cf}\\p{Cc}]*[=+\\-@\\t\\r\\n\\x00\\uFF1D\\uFF0B\\uFF0D\\uFF20])";

    private static final Pattern UNESCAPED = Pattern.compile(BEGINNING + FORMULA);
    private static final Pattern ESCAPED = Pattern.compile(BEGINNING + "'" + FORMULA);

    /** Returns the cell with an apostrophe before each formula; {@code null} stays {@code null}. */
    public static @Nullable String escape(@Nullable String cell) {
        return cell == null ? null : UNESCAPED.matcher(cell).replaceAll("$1'");
    }

    /** Returns the cell as it was before {@link #escape}. */
    public static String restore(String cell) {
        return ESCAPED.matcher(cell).replaceAll("$1");
    }

    private SpreadsheetCell() {}
}
