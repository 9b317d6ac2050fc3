package org.consentledger.command.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import java.time.Duration;
import java.util.List;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Element;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HtmlBodyTest {

    private static final String LINK = "https://ledger.example.org/u/AbC-_123";
    private static final MailSettings SETTINGS = new MailSettings(
            "news@nowak.example",
            "No more <such> mail? {{unsubscribe}}.",
            "Unsubscribe",
            1,
            Duration.ofSeconds(1),
            Duration.ofSeconds(1),
            Duration.ofSeconds(1),
            Duration.ofSeconds(1),
            Duration.ofSeconds(1));

    private static String withLink(String html) {
        return HtmlBody.withLink(html, LINK, SETTINGS);
    }

    /** The links that a reader can see and follow, as far as another reading of the result tells. */
    private static List<Element> links(String html) {
        var document = Jsoup.parse(html);
        document.select("head,script,style,template,textarea,select,title,noscript,iframe,xmp,[hidden]")
                .remove();
        document.select("[style*=display:none],[style*=display: none]").remove();
        return document.select("body a[href=" + LINK + "]").stream()
                .filter(link -> link.hasText() || link.selectFirst("img") != null)
                .toList();
    }

    @Test
    void the_message_is_appended_at_the_end_of_the_body_and_escaped() {
        assertThat(withLink("<html><head><title>News</title></head><body><p>Hello</p></body></html>"))
                .startsWith("<html><head><title>News</title></head><body><p>Hello</p><div ")
                .contains("No more &lt;such&gt; mail? <a href=\"" + LINK + "\" style=\"")
                .contains("\">Unsubscribe</a>.")
                .endsWith("</div></body></html>");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<p>Bye? {{unsubscribe}}</p>",
                "<p>Bye? {{ unsubscribe }}</p>",
                "Bye? {{unsubscribe}}",
                "<a href=\"{{unsubscribe}}\">Bye</a>",
                "<a href='{{unsubscribe}}'>{{unsubscribe}}</a>",
                "<a href=\"%7B%7Bunsubscribe%7D%7D\">Bye</a>",
                "<a href={{unsubscribe}}><img src=bye.png alt=Bye></a>",
                "<table><tr><td><b>Bye? {{unsubscribe}}"
            })
    void where_the_body_has_a_place_for_the_link_nothing_is_appended(String html) {
        var filled = withLink(html);

        assertThat(links(filled)).hasSize(1);
        assertThat(filled).doesNotContain("No more", "{{", "%7B%7B");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Hello",
                "<p>Hello",
                "<div><div><div>",
                "<p>Hello <!-- not closed",
                "<p>Hello <!-- {{unsubscribe}} -->",
                "<!-- {{unsubscribe}}",
                "<script>var link = '{{unsubscribe}}'",
                "<style>a { color: red } /* {{unsubscribe}}",
                "<title>{{unsubscribe}}",
                "<head><meta name=description content='{{unsubscribe}}'></head><body>Hello",
                "<textarea>{{unsubscribe}}",
                "<select><option>{{unsubscribe}}",
                "<template><p>{{unsubscribe}}</p></template>",
                "<noscript>{{unsubscribe}}",
                "<noframes>{{unsubscribe}}",
                "<iframe>{{unsubscribe}}",
                "<xmp>{{unsubscribe}}",
                "<plaintext>{{unsubscribe}}",
                "<plaintext>Hello",
                "<img alt=\"{{unsubscribe}}\" src=x>",
                "<img src=\"{{unsubscribe}}\">",
                "<p title='{{unsubscribe}}' data-x=\"{{unsubscribe}}\">Hello</p>",
                "<a href=\"{{unsubscribe}}\"></a>",
                "<a name=\"{{unsubscribe}}\">Hello</a>",
                "<area href=\"{{unsubscribe}}\">",
                "<p hidden>{{unsubscribe}}</p>",
                "<p style=\"display:none\">{{unsubscribe}}</p>",
                "<div style=\"Display : None\"><p><a href=\"{{unsubscribe}}\">Bye</a></p></div>",
                "<p style=\"visibility: hidden\">{{unsubscribe}}</p>",
                "<p style=\"font-size:0px\">{{unsubscribe}}</p>",
                "<p style=\"opacity: 0\">{{unsubscribe}}</p>",
                "<p style=\"max-height:0;overflow:hidden\">{{unsubscribe}}</p>",
                "<a href=\"https://elsewhere.example/{{unsubscribe}}",
                "<frameset><frame src=\"https://elsewhere.example/\"></frameset>",
                "<svg><text>{{unsubscribe}}</text>",
                "<math><mtext>{{unsubscribe}}",
                "<table><tr><td>Hello",
                "<p>{{unsub<b>scribe}}</b></p>",
                "<body><body><html></body></html>",
                "<![CDATA[ {{unsubscribe}} ]]>",
                "<button>{{unsubscribe}}",
                "<style>a{display:none}</style>Hello",
                "<style>*{display:none !important}</style>Hello",
                "<style>.x{display:none}</style><p class=x>{{unsubscribe}}</p>",
                "<style>p.x , .y{color:red} td > .X{ Visi/* */bility : hidden }</style><b class='a x'>{{unsubscribe}}</b>",
                "<style>#foot a{font-size:0}</style><p id=foot>{{unsubscribe}}</p>",
                "<style>@media screen{p:last-child{opacity:0}}</style><p>{{unsubscribe}}</p>",
                "<style>@import 'x.css'; p[class]{d\\\\69splay:none}</style><p class=y>{{unsubscribe}}</p>",
                "<p class=x>{{unsubscribe}}</p><style>.x{text-indent:-9999px",
                "<p style='position:absolute;left:-9999px'>{{unsubscribe}}</p>",
                "<style>a{display:none}",
                "<style>body>div{display:none",
                "Hello</body></html>",
                "Hello</body></html><!-- ",
                "Hello</body></html><style>",
                "<html><body>Hello<html><body>again</body></html><p>and more",
                "</div></div></table>Hello",
                "<div style=\"display:none\">Hello",
                "<p title=\"not closed>Hello",
                "<object>{{unsubscribe}}"
            })
    void any_body_has_a_link_that_can_be_seen_and_followed(String html) {
        var mended = withLink(html);

        assertThat(links(mended)).as(mended).isNotEmpty();
        assertThat(Jsoup.parse(mended).select("body a[href=" + LINK + "]:contains(Unsubscribe)"))
                .as(mended)
                .isNotEmpty();
        assertThat(Jsoup.parse(mended).select("plaintext, frameset")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<style>.x{display:none}</style><p class=y>{{unsubscribe}}</p>",
                "<style>.preheader{display:none}p{color:red}</style><span class=preheader>Hi</span><p>{{unsubscribe}}</p>",
                "<style>@font-face{font-family:x}@media print{.menu{display:none}}</style><p>{{unsubscribe}}</p>",
                "<style>/* p{display:none} */ p { line-height:0 }</style><p>{{unsubscribe}}</p>"
            })
    void a_style_sheet_that_hides_other_elements_does_not_append_the_link(String html) {
        assertThat(withLink(html)).doesNotContain("No more");
    }

    @Test
    void no_style_sheet_of_the_body_overrides_the_appended_declarations() {
        var mended = Jsoup.parse(withLink("<style>div,a{display:none !important;color:#fff !important}</style>Hello"));

        for (var element : mended.select("body > div:last-child, body > div:last-child a")) {
            assertThat(element.attr("style").split(";"))
                    .isNotEmpty()
                    .allMatch(declaration -> declaration.endsWith(" !important"))
                    .anyMatch(declaration -> declaration.startsWith("display:"))
                    .anyMatch(declaration -> declaration.startsWith("color:"));
        }
    }

    @Test
    void a_body_of_the_maximum_size_takes_bounded_time_for_any_structure() {
        for (var html : List.of(
                "<div>".repeat(100_000),
                "<b><i>".repeat(80_000) + "{{unsubscribe}}",
                "<div style='color:red'>".repeat(10_000) + "{{unsubscribe}}<br>".repeat(13_000),
                "<table>".repeat(60_000) + "{{unsubscribe}}",
                "<!--".repeat(120_000),
                "<style>" + "p,".repeat(250_000) + "{display:none}</style>{{unsubscribe}}",
                "<style>" + "a".repeat(500_000),
                "<style>" + "/*".repeat(250_000),
                "<style>" + "b{opacity:0}".repeat(10_000) + "</style>" + "<p>{{unsubscribe}}".repeat(15_000),
                "<a href='{{unsubscribe}}'>".repeat(18_000))) {
            assertTimeout(
                    Duration.ofSeconds(20),
                    () -> assertThat(links(withLink(html))).isNotEmpty());
        }
    }

    @Test
    void a_hidden_placeholder_is_filled_and_a_visible_link_is_appended() {
        assertThat(withLink("<p hidden>{{unsubscribe}}</p>"))
                .contains("<p hidden>" + LINK + "</p>")
                .contains("No more");
    }

    @Test
    void a_non_commercial_body_stays_unchanged() {
        var html = "<P>Hello <br/>you & me";
        assertThat(HtmlBody.filled(html, LINK, SETTINGS)).isSameAs(html);
        assertThat(links(HtmlBody.filled("<p>{{unsubscribe}}", LINK, SETTINGS))).hasSize(1);
    }
}
