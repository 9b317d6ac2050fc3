package org.consentledger.command.mail;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;

/**
 * Finds the elements that the style sheets of an HTML body may hide. It does less than a browser: it reads only the
 * last part of a selector, and treats a rule for some screens ({@code @media}) as a rule for all. So it may report a
 * visible element as hidden. The cost of such an error is small: the unsubscribe link is appended a second time.
 *
 * <p>Example: {@code .card p.note {display:none}} hides every {@code p} of the class {@code note}, also outside of
 * {@code .card}.
 */
final class StyleSheets {

    private static final Pattern HIDDEN = Pattern.compile(
            "display:none|visibility:(hidden|collapse)|opacity:0(\\.0*)?%?(;|!|$)|font-size:0(\\.0*)?[a-z%]*(;|!|$)"
                    + "|(^|;)(max-)?(height|width):0[a-z%]*(;|!|$)|mso-hide:all|color:transparent|scale\\(0"
                    + "|(text-indent|left|top|margin-left|margin-top):-\\d{3}|clip(-path)?:|\\\\");
    private static final Pattern NOISE = Pattern.compile("\\s|/\\*.*?(\\*/|$)", Pattern.DOTALL);
    private static final Pattern ATTRIBUTE_OR_PSEUDO = Pattern.compile("\\[[^]]*]|:.*");
    private static final Pattern COMBINATOR = Pattern.compile("[\\s>+~]+");
    private static final Pattern NAME = Pattern.compile("[.#]?[^.#]+");

    /** The maximum number of hiding rules. A body with more of them counts as hidden everywhere. */
    private static final int MOST_RULES = 200;

    private final List<Set<String>> hiding = new ArrayList<>();

    private StyleSheets() {}

    static StyleSheets in(Document document) {
        var sheets = new StyleSheets();
        document.getElementsByTag("style").forEach(style -> sheets.read(style.data()));
        return sheets;
    }

    /** Whether CSS declarations, such as those of a style attribute, hide their element. */
    static boolean hide(String declarations) {
        var bare = NOISE.matcher(declarations.toLowerCase(Locale.ROOT)).replaceAll("");
        return !bare.isEmpty() && HIDDEN.matcher(bare).find();
    }

    boolean mayHide(Element element) {
        if (hiding.isEmpty()) {
            return false;
        }
        var names = new HashSet<String>();
        names.add(element.normalName());
        element.classNames().forEach(name -> names.add("." + name.toLowerCase(Locale.ROOT)));
        names.add("#" + element.id().toLowerCase(Locale.ROOT));
        return hiding.size() > MOST_RULES || hiding.stream().anyMatch(names::containsAll);
    }

    /**
     * Reads the rules in the innermost braces. Outer braces, such as those of {@code @media}, only say when the rules
     * apply, and are ignored.
     */
    private void read(String sheet) {
        var text = sheet.replaceAll("(?s)/\\*.*?(\\*/|$)", " ").toLowerCase(Locale.ROOT);
        var selector = "";
        var from = 0;
        for (int at = 0; at <= text.length(); at++) {
            var sign = at == text.length() ? '}' : text.charAt(at);
            if (sign == '{') {
                selector = text.substring(from, at);
                from = at + 1;
            } else if (sign == '}') {
                if (!selector.isEmpty() && hide(text.substring(from, at))) {
                    add(selector);
                }
                selector = "";
                from = at + 1;
            }
        }
    }

    private void add(String selectors) {
        for (var selector : selectors.substring(selectors.lastIndexOf(';') + 1).split(",", -1)) {
            var parts = COMBINATOR.split(
                    ATTRIBUTE_OR_PSEUDO.matcher(selector.strip()).replaceAll("").strip(), -1);
            var last = parts[parts.length - 1];
            var names = new HashSet<String>();
            NAME.matcher(last).results().map(found -> found.group()).forEach(names::add);
            names.remove("*");
            hiding.add(names); // an empty set matches every element, as the selector * does
        }
    }
}
