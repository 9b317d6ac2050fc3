package org.consentledger.command.link;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.consentledger.kernel.person.UnsubscribeReason;
import org.springframework.context.support.ResourceBundleMessageSource;
import org.springframework.core.io.ClassPathResource;
import org.springframework.stereotype.Component;
import org.thymeleaf.context.Context;
import org.thymeleaf.spring6.SpringTemplateEngine;
import org.thymeleaf.templatemode.TemplateMode;
import org.thymeleaf.templateresolver.ClassLoaderTemplateResolver;

/**
 * Renders the page in each language. It does not get the target of the link, so it can't reveal it. It has a template
 * engine of its own, because the ledger's other pages are rendered in the web module.
 */
@Component
class UnsubscribePage {

    /** What a person may give as a reason; the others are for machines to report. */
    static final List<UnsubscribeReason> REASONS = List.of(
            UnsubscribeReason.NO_LONGER_INTERESTED,
            UnsubscribeReason.TOO_FREQUENT,
            UnsubscribeReason.NEVER_SIGNED_UP,
            UnsubscribeReason.IRRELEVANT,
            UnsubscribeReason.OTHER);

    private final SpringTemplateEngine engine = new SpringTemplateEngine();
    private final String style = read("unsubscribe/page.css");

    UnsubscribePage() {
        var templates = new ClassLoaderTemplateResolver(UnsubscribePage.class.getClassLoader());
        templates.setPrefix("unsubscribe/");
        templates.setSuffix(".html");
        templates.setTemplateMode(TemplateMode.HTML);
        templates.setCharacterEncoding(UTF_8.name());
        var messages = new ResourceBundleMessageSource();
        messages.setBasename("unsubscribe/messages");
        messages.setDefaultEncoding(UTF_8.name());
        messages.setFallbackToSystemLocale(false);
        engine.setTemplateResolver(templates);
        engine.setTemplateEngineMessageSource(messages);
    }

    /** Renders the form that asks for confirmation and a reason. */
    byte[] asking(Language language) {
        return draw(language, "ask");
    }

    /** Renders the confirmation. */
    byte[] done(Language language) {
        return draw(language, "done");
    }

    /** Renders the words for a link that the ledger can't read. */
    byte[] damaged(Language language) {
        return draw(language, "damaged");
    }

    /** Allows only the page's own style, and form submission only to the same origin. */
    String contentSecurityPolicy() {
        try {
            var hash = MessageDigest.getInstance("SHA-256").digest(style.getBytes(UTF_8));
            return "default-src 'none'; style-src 'sha256-%s'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
                    .formatted(Base64.getEncoder().encodeToString(hash));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This JVM has no SHA-256", e);
        }
    }

    private byte[] draw(Language language, String state) {
        var context = new Context(
                language.locale(),
                Map.of(
                        "state", state,
                        "lang", language.tag(),
                        "languages",
                                Arrays.stream(Language.values())
                                        .map(UnsubscribePage::choice)
                                        .toList(),
                        "reasons", REASONS.stream().map(Enum::name).toList(),
                        "style", style));
        return engine.process("page", context).getBytes(UTF_8);
    }

    /** Templates see public types only. */
    private static Map<String, String> choice(Language language) {
        return Map.of("tag", language.tag(), "label", language.label());
    }

    private static String read(String resource) {
        try {
            return new ClassPathResource(resource, UnsubscribePage.class.getClassLoader()).getContentAsString(UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
