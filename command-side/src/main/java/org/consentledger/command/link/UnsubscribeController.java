package org.consentledger.command.link;

import static org.consentledger.command.form.Texts.orAbsent;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.security.SecurityRequirements;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.consentledger.command.form.Texts;
import org.consentledger.command.gateway.Envelope;
import org.consentledger.foundation.http.CorrelationId;
import org.consentledger.kernel.person.UnsubscribeReason;
import org.consentledger.kernel.provenance.Actor;
import org.consentledger.kernel.provenance.Provenance;
import org.consentledger.kernel.provenance.Via;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.multipart.MultipartException;

/**
 * Endpoints for the data subject. The link is the only credential: there is no bearer token, cookie or session. GET
 * changes nothing, because programs that scan mail open every link. Known, unknown and erased people look the same. A
 * link that the ledger didn't make, or that was damaged on its way, is answered with words that say so: it never claims
 * to have unsubscribed anybody.
 */
@Tag(name = "Unsubscribe link")
@RestController
@RequestMapping({"/u/{token}", "/u/{token}/**"})
class UnsubscribeController {

    private static final MediaType HTML = new MediaType(MediaType.TEXT_HTML, StandardCharsets.UTF_8);
    private static final String ONE_CLICK = "List-Unsubscribe";
    private static final String ONE_CLICK_FORM = "list-unsubscribe=one-click";
    private static final int LONGEST_FORM = 1_000;

    private final UnsubscribeLinks links;
    private final LinkUnsubscriber unsubscriber;
    private final UnsubscribePage page;
    private final Duration answeredAfter;

    UnsubscribeController(
            UnsubscribeLinks links, LinkUnsubscriber unsubscriber, UnsubscribePage page, LinkSettings settings) {
        this.links = links;
        this.unsubscriber = unsubscriber;
        this.page = page;
        this.answeredAfter = settings.answeredAfter();
    }

    @GetMapping
    @Operation(summary = "Show the page on which a person unsubscribes", description = "A GET request changes nothing.")
    @ApiResponse(responseCode = "200", content = @Content(mediaType = "text/html"))
    @SecurityRequirements
    ResponseEntity<byte[]> ask(
            @PathVariable String token,
            @RequestParam(required = false) @Nullable String lang,
            @Parameter(hidden = true) HttpServletRequest request) {
        var language = language(lang, request);
        return links.referenceIn(token).isPresent()
                ? answer(HttpStatus.OK, language, page.asking(language))
                : answer(HttpStatus.NOT_FOUND, language, page.damaged(language));
    }

    @PostMapping
    @Operation(
            summary = "Unsubscribe the person and the address of the link",
            description =
                    "Called by the page, with an optional `reason` and `comment`, or by a mail program in one click"
                            + " (RFC 8058) with `List-Unsubscribe=One-Click`, with any content type or none. The answer is"
                            + " the same for every link that the ledger has made.")
    @ApiResponse(responseCode = "200", content = @Content(mediaType = "text/html"))
    @ApiResponse(responseCode = "404", description = "The link is damaged", content = @Content(mediaType = "text/html"))
    @SecurityRequirements
    CompletableFuture<ResponseEntity<byte[]>> unsubscribe(
            @PathVariable String token, @Parameter(hidden = true) HttpServletRequest request) {
        var begun = System.nanoTime();
        var reference = links.referenceIn(token);
        if (reference.isEmpty()) {
            var language = language(field("lang", request), request);
            return CompletableFuture.completedFuture(answer(HttpStatus.NOT_FOUND, language, page.damaged(language)));
        }
        var oneClick = isOneClick(request);
        links.targetOf(reference.get())
                .ifPresent(target -> unsubscriber.record(
                        target,
                        oneClick ? null : reason(field("reason", request)),
                        oneClick ? null : comment(field("comment", request)),
                        envelope(oneClick ? Via.ONE_CLICK : Via.LINK, request)));
        var language = language(field("lang", request), request);
        var answer = answer(HttpStatus.OK, language, page.done(language));
        return CompletableFuture.supplyAsync(
                () -> answer,
                CompletableFuture.delayedExecutor(
                        answeredAfter.toNanos() - (System.nanoTime() - begun), TimeUnit.NANOSECONDS));
    }

    /** Mail programs send the form of RFC 8058 under any content type, or none. */
    private static boolean isOneClick(HttpServletRequest request) {
        var sent = field(ONE_CLICK, request);
        return sent == null ? bodyOf(request).contains(ONE_CLICK_FORM) : "One-Click".equalsIgnoreCase(sent);
    }

    /** Returns the begin of a body that was not read as a form. */
    private static String bodyOf(HttpServletRequest request) {
        try {
            return new String(request.getInputStream().readNBytes(LONGEST_FORM), StandardCharsets.UTF_8)
                    .toLowerCase(Locale.ROOT);
        } catch (IOException unreadable) {
            return "";
        }
    }

    private ResponseEntity<byte[]> answer(HttpStatus status, Language language, byte[] html) {
        return ResponseEntity.status(status)
                .contentType(HTML)
                .header(HttpHeaders.CONTENT_LANGUAGE, language.tag())
                .header(HttpHeaders.VARY, HttpHeaders.ACCEPT_LANGUAGE)
                .header("Content-Security-Policy", page.contentSecurityPolicy())
                .header("Referrer-Policy", "no-referrer")
                .header("X-Robots-Tag", "noindex, nofollow")
                .cacheControl(CacheControl.noStore())
                .body(html);
    }

    /** Returns null for an unreadable form: the opt-out counts even so. */
    private static @Nullable String field(String name, HttpServletRequest request) {
        try {
            return request.getParameter(name);
        } catch (IllegalStateException | MultipartException unreadable) {
            return null;
        }
    }

    private static Language language(@Nullable String chosen, HttpServletRequest request) {
        return Language.of(chosen, request.getHeader(HttpHeaders.ACCEPT_LANGUAGE));
    }

    private static Envelope envelope(Via via, HttpServletRequest request) {
        return Envelope.of(new Provenance(Actor.DATA_SUBJECT, via, CorrelationId.of(request), null));
    }

    /** Returns null for an unknown reason: a bad value must not prevent the opt-out. */
    private static @Nullable UnsubscribeReason reason(@Nullable String sent) {
        return UnsubscribePage.REASONS.stream()
                .filter(reason -> reason.name().equals(sent))
                .findFirst()
                .orElse(null);
    }

    private static @Nullable String comment(@Nullable String sent) {
        return sent == null ? null : orAbsent(Texts.acceptable(sent.strip(), Texts.STATEMENT));
    }
}
