package org.consentledger.command.mail;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.TextNode;

/**
 * Writes the unsubscribe link into an HTML body. The body may be malformed. It is parsed as a browser parses it and
 * written again from the document, so an open tag or an open comment can't swallow the link.
 *
 * <p>Each placeholder is replaced. A place counts only if a reader can see and follow the link there: the target of an
 * {@code a} element with a text or an image, or a text outside of a link, with no ancestor that hides it. Example:
 * {@code <div style="display:none">{{unsubscribe}}</div>} doesn't count. If no place counts, the link is appended at
 * the end, with important inline declarations, which no style sheet of the body can override.
 */
final class HtmlBody {

    /** Elements whose content is not shown, or in which a link can't be followed. */
    private static final Set<String> HIDING = Set.of(
            "head",
            "title",
            "script",
            "style",
            "template",
            "noscript",
            "noframes",
            "noembed",
            "iframe",
            "object",
            "textarea",
            "select",
            "option",
            "datalist",
            "audio",
            "video",
            "canvas",
            "svg",
            "math",
            "xmp",
            "button");

    /** Declarations that keep the link visible. No style sheet outweighs an important inline declaration. */
    private static final String VISIBLE = Stream.of(
                    "visibility:visible",
                    "opacity:1",
                    "position:static",
                    "float:none",
                    "width:auto",
                    "height:auto",
                    "max-width:none",
                    "max-height:none",
                    "overflow:visible",
                    "clip:auto",
                    "clip-path:none",
                    "transform:none",
                    "filter:none",
                    "text-indent:0",
                    "font:13px/1.5 sans-serif",
                    "pointer-events:auto",
                    "background:#ffffff")
            .map(declaration -> declaration + " !important")
            .collect(Collectors.joining(";", ";", ""));

    private static final String BLOCK =
            "display:block !important;clear:both !important;margin:24px 0 0 !important;color:#595959 !important"
                    + VISIBLE;

    private static final String ANCHOR =
            "display:inline !important;color:#0b57d0 !important;text-decoration:underline !important" + VISIBLE;

    private final Document document;
    private final String link;
    private final String label;
    private final StyleSheets sheets;
    private final Set<Element> shown = Collections.newSetFromMap(new IdentityHashMap<>());

    private HtmlBody(String html, String link, String label) {
        this.link = link;
        this.label = label;
        document = Jsoup.parse(html);
        document.outputSettings().prettyPrint(false).charset("UTF-8");
        sheets = StyleSheets.in(document);
    }

    /** Replaces each placeholder, and appends the link unless a reader can see it at one of the places. */
    static String withLink(String html, String link, MailSettings settings) {
        var body = new HtmlBody(html, link, settings.unsubscribeLabel());
        body.makeAppendable();
        if (!body.fill()) {
            body.append(settings.unsubscribeMessage());
        }
        return body.document.outerHtml();
    }

    /** Replaces each placeholder, and returns a body without one unchanged. */
    static String filled(String html, String link, MailSettings settings) {
        if (!Placeholder.isIn(html)) {
            return html;
        }
        var body = new HtmlBody(html, link, settings.unsubscribeLabel());
        body.fill();
        return body.document.outerHtml();
    }

    /** Returns the HTML that is appended to a body. */
    static String appendix(String link, MailSettings settings) {
        var body = new HtmlBody("", link, settings.unsubscribeLabel());
        body.append(settings.unsubscribeMessage());
        return body.document.body().html();
    }

    /**
     * Makes sure that a link can be appended. A document of frames has no body, and a {@code plaintext} element can't
     * be closed: all markup behind it is shown as text.
     */
    private void makeAppendable() {
        document.select("plaintext").forEach(element -> element.tagName("pre"));
        document.select("frameset").remove();
        if (document.selectFirst("html > body") == null) {
            document.child(0).appendElement("body");
        }
    }

    /** Replaces each placeholder. Returns whether a reader can see and follow the link at one of the places. */
    private boolean fill() {
        findShown();
        var visible = false;
        for (var element : document.getAllElements()) {
            for (var attribute : element.attributes().asList()) {
                if (Placeholder.isIn(attribute.getValue())) {
                    var isTarget = attribute.getKey().equalsIgnoreCase("href")
                            && element.normalName().equals("a");
                    element.attr(attribute.getKey(), isTarget ? link : Placeholder.fill(attribute.getValue(), link));
                    visible |= isTarget
                            && isShown(element)
                            && (element.hasText() || element.selectFirst("img[src]") != null);
                }
            }
        }
        var texts = new ArrayList<TextNode>();
        document.traverse((node, depth) -> {
            if (node instanceof TextNode text && Placeholder.isIn(text.getWholeText())) {
                texts.add(text);
            }
        });
        for (var text : texts) {
            visible |= fill(text);
        }
        return visible;
    }

    private boolean fill(TextNode text) {
        var around = text.parent();
        if (around == null || !isShown(around) || around.closest("a") != null) {
            text.text(Placeholder.fill(text.getWholeText(), link));
            return false;
        }
        var parts = Placeholder.split(text.getWholeText());
        for (int number = 0; number < parts.length; number++) {
            if (number > 0) {
                text.before(anchor());
            }
            text.before(new TextNode(parts[number]));
        }
        text.remove();
        return !hides(anchor());
    }

    private void append(String message) {
        var block = document.body().appendElement("div");
        block.attr("style", BLOCK);
        var parts = Placeholder.split(message.strip());
        for (int number = 0; number < parts.length; number++) {
            if (number > 0) {
                block.appendChild(anchor().attr("style", ANCHOR));
            }
            block.appendText(parts[number]);
        }
    }

    private Element anchor() {
        return new Element("a").attr("href", link).text(label);
    }

    private boolean isShown(Element element) {
        return shown.contains(element);
    }

    /**
     * Collects the elements that are shown, in one pass over the document. Checking all ancestors of each element would
     * take quadratic time in a deeply nested document.
     */
    private void findShown() {
        document.traverse((node, depth) -> {
            if (node instanceof Element element
                    && !hides(element)
                    && (element.parent() == null || shown.contains(element.parent()))) {
                shown.add(element);
            }
        });
    }

    private boolean hides(Element element) {
        if (HIDING.contains(element.normalName()) || element.hasAttr("hidden")) {
            return true;
        }
        return StyleSheets.hide(element.attr("style")) || sheets.mayHide(element);
    }
}
