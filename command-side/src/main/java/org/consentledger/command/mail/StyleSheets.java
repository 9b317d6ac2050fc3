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
 * What the style sheets in a body may hide. It is no browser: of a selector only the last part counts, and a rule for
 * some screens counts for all. So it may take for hidden what is shown, and then the link is there once more.
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

    /** More rules that hide something have no place in a mail. */
    private static final int MOST = 200;

    private final List<Set<String>> hiding = new ArrayList<>();

    private StyleSheets() {}

    static StyleSheets in(Document document) {
        var sheets = new StyleSheets();
        document.getElementsByTag("style").forEach(style -> sheets.read(style.data()));
        return sheets;
    }

    /** Whether declarations, as in a style attribute, hide what they are for. */
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
        return hiding.size() > MOST || hiding.stream().anyMatch(names::containsAll);
    }

    /** Takes the innermost pairs of braces, as what is around them says only when their rules count. */
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
            hiding.add(names); // without any it is for everything
        }
    }
}
