package org.consentledger.web.audit;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.UUID;
import org.consentledger.web.ledger.Codes;
import org.consentledger.web.ledger.LedgerProblem;
import org.consentledger.web.ledger.PersonDetail;
import org.consentledger.web.ledger.QueryApi;
import org.consentledger.web.ledger.QueryApi.Parameters;
import org.consentledger.web.ledger.WebSettings;
import org.consentledger.web.session.Texts.LocalizedTexts;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.util.UriComponentsBuilder;

/** One person's time line with a comparison to the past, and the audit trail of the whole ledger. */
@Controller
class AuditController {

    private static final int PAGE = 50;
    private static final int TIME_LINE = 200;
    private static final List<String> TYPES = List.of(
            "PersonRegistered",
            "ContactDataChanged",
            "AuthorizationSet",
            "SourceSet",
            "Unsubscribed",
            "ResubscribeRequested",
            "ResubscribeApproved",
            "ResubscribeRejected",
            "AddressSuppressed",
            "EmailAccepted",
            "EmailRefused",
            "EmailSent",
            "EmailFailed",
            "PersonExported",
            "SalesforceRecordLinked",
            "PersonErased");

    private final QueryApi queries;
    private final WebSettings settings;

    AuditController(QueryApi queries, WebSettings settings) {
        this.queries = queries;
        this.settings = settings;
    }

    @GetMapping("/people/{id}/audit")
    String ofPerson(
            @PathVariable UUID id,
            @RequestParam(required = false) @Nullable String asOf,
            @RequestParam(required = false) @Nullable String before,
            @ModelAttribute("say") LocalizedTexts say,
            Model model) {
        var behind = before == null || before.isBlank() ? null : before;
        // Newest first: if the page leaves anything out, it must not be the latest event, which may be an opt-out
        var page = queries.get(
                "/api/people/" + id + "/audit-trail",
                new Parameters().with("sort", "-position").with("after", behind).with("limit", TIME_LINE),
                Entry.Page.class);
        var now = queries.get("/api/people/" + id, PersonDetail.class);
        var instant = latest(asOf);
        model.addAttribute("person", now);
        model.addAttribute("page", page);
        model.addAttribute("first", behind == null);
        model.addAttribute("line", new TimeLine(id, page.entries(), behind, instant, settings.timeZone()));
        model.addAttribute("unreadable", asOf != null && !asOf.isBlank() && instant == null);
        if (instant != null) {
            model.addAttribute("asOf", instant);
            model.addAttribute("local", TimeLine.inField(instant, settings.timeZone()));
            compare(id, instant, now, say, model);
        }
        return "audit/person";
    }

    private void compare(UUID id, Instant instant, PersonDetail now, LocalizedTexts say, Model model) {
        try {
            var then = queries.get("/api/people/" + id, new Parameters().with("asOf", instant), PersonDetail.class);
            model.addAttribute("comparison", Comparison.of(then, now, say));
        } catch (LedgerProblem problem) {
            if (problem.status() != 404) {
                throw problem;
            }
            model.addAttribute("notYet", true);
        }
    }

    @GetMapping("/audit")
    String ofLedger(
            @RequestParam(defaultValue = "") String actor,
            @RequestParam(defaultValue = "") String type,
            @RequestParam(defaultValue = "") String via,
            @RequestParam(defaultValue = "") String from,
            @RequestParam(defaultValue = "") String to,
            @RequestParam(required = false) @Nullable String after,
            Model model) {
        var filter = new Filter(actor.strip(), type, via, from, to);
        var page = queries.get(
                "/api/audit-trail",
                new Parameters()
                        .with("actor", filter.actor())
                        .with("type", type)
                        .with("via", via)
                        .with("from", earliest(from))
                        .with("to", latest(to))
                        .with("sort", "-position")
                        .with("after", after)
                        .with("limit", PAGE),
                Entry.Page.class);
        model.addAttribute("page", page);
        model.addAttribute("filter", filter);
        model.addAttribute("first", after == null);
        model.addAttribute("types", TYPES);
        model.addAttribute("vias", Codes.VIAS);
        return "audit/ledger";
    }

    /** As {@link #latest}, but the earlier of two instants. */
    private @Nullable Instant earliest(@Nullable String text) {
        var moment = moment(text);
        return moment == null ? null : moment.withEarlierOffsetAtOverlap().toInstant();
    }

    /**
     * Parses an instant, or the value of a browser's date field; null if it is neither. When clocks are set back, one
     * hour of local time occurs twice. The value then means the later instant, so that events of both hours are
     * included.
     */
    private @Nullable Instant latest(@Nullable String text) {
        var moment = moment(text);
        return moment == null ? null : moment.withLaterOffsetAtOverlap().toInstant();
    }

    private @Nullable ZonedDateTime moment(@Nullable String text) {
        if (text == null || text.isBlank()) {
            return null;
        }
        try {
            return text.endsWith("Z")
                    ? Instant.parse(text).atZone(ZoneOffset.UTC)
                    : LocalDateTime.parse(text).atZone(settings.timeZone());
        } catch (DateTimeParseException e) {
            return null;
        }
    }

    record Filter(String actor, String type, String via, String from, String to) {

        public String after(@Nullable String next) {
            var uri = UriComponentsBuilder.fromPath("/audit");
            add(uri, "actor", actor);
            add(uri, "type", type);
            add(uri, "via", via);
            add(uri, "from", from);
            add(uri, "to", to);
            add(uri, "after", next);
            return uri.encode().build().toUriString();
        }

        public String by(String id) {
            return new Filter(id, type, via, from, to).after(null);
        }

        private static void add(UriComponentsBuilder uri, String name, @Nullable String value) {
            if (value != null && !value.isEmpty()) {
                uri.queryParam(name, "{" + name + "}").uriVariables(java.util.Map.of(name, value));
            }
        }
    }
}
