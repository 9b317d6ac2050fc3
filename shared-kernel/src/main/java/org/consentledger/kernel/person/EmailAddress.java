package org.consentledger.kernel.person;

import com.ibm.icu.lang.UCharacter;
import com.ibm.icu.lang.UProperty;
import com.ibm.icu.text.IDNA;
import java.text.Normalizer;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/**
 * E-mail addresses, as people and other systems write them. One mailbox has many spellings, and an opt-out counts for
 * all of them; so every address that comes in goes through {@link #written} before it is stored, and through
 * {@link #comparable} before it is compared or hashed.
 */
public final class EmailAddress {

    /** RFC 5321, 4.5.3.1.3: a path is at most 256 octets, angle brackets included. */
    public static final int MAX_LENGTH = 254;

    /** Characters that have a meaning in address lists and mail headers (RFC 5322, 3.2.3), except for the dot. */
    private static final String SPECIALS = "<>(),;:\"[]\\";

    /** What people and programs put around an address, each with its counterpart. */
    private static final String OPENING = "<([{\"'`\u2018\u201c\u00ab\u2039\u300c\u300e";

    private static final String CLOSING = ">)]}\"'`\u2019\u201d\u00bb\u203a\u300d\u300f";

    private static final Set<Character.UnicodeBlock> EAST_ASIAN_FORMS =
            Set.of(Character.UnicodeBlock.HALFWIDTH_AND_FULLWIDTH_FORMS, Character.UnicodeBlock.SMALL_FORM_VARIANTS);
    private static final int IDEOGRAPHIC_FULL_STOP = 0x3002;
    private static final int HALF_WIDTH_FULL_STOP = 0xff61;
    private static final int NEXT_LINE = 0x85;
    private static final int REPLACEMENT_CHARACTER = 0xfffd;

    private static final String MAILTO = "mailto:";

    /** Internationalised domain names (UTS #46), not transitional: {@code straße.de} isn't {@code strasse.de}. */
    private static final IDNA DOMAINS =
            IDNA.getUTS46Instance(IDNA.NONTRANSITIONAL_TO_ASCII | IDNA.CHECK_BIDI | IDNA.CHECK_CONTEXTJ);

    /** What UTS #46 reports as an error and servers accept nevertheless: hyphens in unusual places. */
    private static final Set<IDNA.Error> TOLERATED =
            EnumSet.of(IDNA.Error.LEADING_HYPHEN, IDNA.Error.TRAILING_HYPHEN, IDNA.Error.HYPHEN_3_4);

    /**
     * Returns the address as it is stored and sent to: without what doesn't belong to it. Invisible characters, spaces,
     * enclosing quotes and brackets, the apostrophe of a spreadsheet, {@code mailto:} and a dot at the end are removed,
     * full-width characters become ordinary ones, and the rest is put in Unicode NFC.
     */
    public static String written(String address) {
        if (isPlain(address)) {
            return address;
        }
        var visible = new StringBuilder();
        address.codePoints().filter(point -> !isInvisible(point)).forEach(point -> visible.append(folded(point)));
        return unwrapped(Normalizer.normalize(visible, Normalizer.Form.NFC));
    }

    /** Returns the form in which two spellings of one mailbox are equal: {@link #written}, and regardless of case. */
    public static String comparable(String address) {
        var written = written(address);
        var at = written.lastIndexOf('@');
        return at < 0
                ? caseless(written)
                : caseless(written.substring(0, at)) + '@' + domainInAscii(written.substring(at + 1));
    }

    /** Whether the text, as {@link #written}, has the form of an e-mail address. The address need not exist. */
    public static boolean isWellFormed(String address) {
        var written = written(address);
        var at = written.indexOf('@');
        return written.length() <= MAX_LENGTH
                && at > 0
                && written.codePoints().allMatch(EmailAddress::isAllowed)
                && isDomain(written.substring(at + 1));
    }

    private static boolean isDomain(String domain) {
        if (domain.indexOf('@') >= 0 || domain.startsWith(".") || domain.endsWith(".") || domain.contains("..")) {
            return false;
        }
        return !domain.isEmpty() && (isOrdinary(domain) || TOLERATED.containsAll(errorsIn(domain)));
    }

    private static Set<IDNA.Error> errorsIn(String domain) {
        var info = new IDNA.Info();
        DOMAINS.nameToASCII(domain, new StringBuilder(), info);
        return info.getErrors();
    }

    private static String domainInAscii(String domain) {
        if (isOrdinary(domain)) {
            return domain.toLowerCase(Locale.ROOT);
        }
        var ascii = new StringBuilder();
        DOMAINS.nameToASCII(domain, ascii, new IDNA.Info());
        return ascii.toString().toLowerCase(Locale.ROOT);
    }

    /** Whether a domain needs no conversion. */
    private static boolean isOrdinary(String domain) {
        return domain.chars().allMatch(letter -> letter < 0x80)
                && !domain.toLowerCase(Locale.ROOT).contains("xn--");
    }

    /** Folds the case as Unicode has it, which is more than lower case: a final sigma equals any other. */
    private static String caseless(String text) {
        return UCharacter.foldCase(text, UCharacter.FOLD_CASE_DEFAULT);
    }

    /** Whether the text is ASCII and begins and ends with a letter or digit: {@link #written} leaves it as it is. */
    private static boolean isPlain(String text) {
        return !text.isEmpty()
                && text.chars().allMatch(letter -> letter > ' ' && letter < 0x7f)
                && isLetterOrDigit(text.charAt(0))
                && isLetterOrDigit(text.charAt(text.length() - 1))
                && !startsWithMailto(text);
    }

    private static boolean isLetterOrDigit(char letter) {
        return letter < 0x80 && Character.isLetterOrDigit(letter);
    }

    private static boolean startsWithMailto(String text) {
        return text.regionMatches(true, 0, MAILTO, 0, MAILTO.length());
    }

    /** Whether a character is not shown: format characters, and what Unicode calls default-ignorable. */
    private static boolean isInvisible(int point) {
        return Character.getType(point) == Character.FORMAT
                || UCharacter.hasBinaryProperty(point, UProperty.DEFAULT_IGNORABLE_CODE_POINT);
    }

    /** Returns the ordinary character for a full-width or small one, as East Asian keyboards write them. */
    private static String folded(int point) {
        if (point == IDEOGRAPHIC_FULL_STOP || point == HALF_WIDTH_FULL_STOP) {
            return ".";
        }
        var character = Character.toString(point);
        return EAST_ASIAN_FORMS.contains(Character.UnicodeBlock.of(point))
                ? Normalizer.normalize(character, Normalizer.Form.NFKC)
                : character;
    }

    private static String unwrapped(String text) {
        var rest = trimmed(text);
        while (true) {
            var next = rest;
            if (startsWithMailto(next)) {
                var query = next.indexOf('?');
                next = next.substring(MAILTO.length(), query < 0 ? next.length() : query);
            }
            var bracket = next.isEmpty() ? -1 : OPENING.indexOf(next.charAt(0));
            if (bracket >= 0 && next.length() > 1 && next.charAt(next.length() - 1) == CLOSING.charAt(bracket)) {
                next = next.substring(1, next.length() - 1);
            } else if (next.startsWith("'")) {
                next = next.substring(1);
            }
            if (next.endsWith(".")) {
                next = next.substring(0, next.length() - 1);
            }
            next = trimmed(next);
            if (next.equals(rest)) {
                return rest;
            }
            rest = next;
        }
    }

    private static String trimmed(String text) {
        var points = text.codePoints().toArray();
        var from = 0;
        var to = points.length;
        while (from < to && isSpace(points[from])) {
            from++;
        }
        while (from < to && isSpace(points[to - 1])) {
            to--;
        }
        return new String(points, from, to - from);
    }

    private static boolean isSpace(int point) {
        return Character.isSpaceChar(point) || Character.isWhitespace(point) || point == NEXT_LINE;
    }

    private static boolean isAllowed(int point) {
        return switch (Character.getType(point)) {
            case Character.CONTROL, Character.SURROGATE, Character.PRIVATE_USE, Character.UNASSIGNED -> false;
            default -> !isSpace(point) && SPECIALS.indexOf(point) < 0 && point != REPLACEMENT_CHARACTER;
        };
    }

    private EmailAddress() {}
}
