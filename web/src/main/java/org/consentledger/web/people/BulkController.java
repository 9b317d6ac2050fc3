package org.consentledger.web.people;

import static org.consentledger.web.session.Forms.orAbsent;

import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.consentledger.web.ledger.Codes;
import org.consentledger.web.ledger.CommandApi;
import org.consentledger.web.ledger.LedgerProblem;
import org.consentledger.web.ledger.QueryApi;
import org.consentledger.web.ledger.WebSettings;
import org.consentledger.web.people.PeopleController.Page;
import org.consentledger.web.session.Forms;
import org.consentledger.web.session.Notice;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

/**
 * Bulk operations on the selected people, or on all who match the filter. The dialog is requested by POST, as many ids
 * do not fit into a URL; it changes nothing.
 */
@Controller
@RequestMapping("/people/bulk")
class BulkController {

    private static final int MOST_PEOPLE = 100_000;
    private static final int PAGE = 200;
    private static final Map<String, String> COMMANDS =
            Map.of("authorization", "SET_AUTHORIZATION", "source", "SET_SOURCE", "unsubscribe", "UNSUBSCRIBE");

    private final QueryApi queries;
    private final CommandApi commands;
    private final WebSettings settings;

    BulkController(QueryApi queries, CommandApi commands, WebSettings settings) {
        this.queries = queries;
        this.commands = commands;
        this.settings = settings;
    }

    /**
     * The people of a bulk operation.
     *
     * @param all whether the operation covers everyone who matches the filter, regardless of the selection
     */
    record Selected(
            @Nullable List<String> ids,
            @Nullable Boolean all,
            @Nullable String authorization,
            @Nullable String source,
            @Nullable String subscription,
            @Nullable String search) {

        Selected {
            ids = ids == null ? List.of() : List.copyOf(ids);
            all = Boolean.TRUE.equals(all);
        }

        public List<String> people() {
            return Objects.requireNonNullElse(ids, List.of());
        }

        public boolean isEverybody() {
            return Boolean.TRUE.equals(all);
        }

        boolean isNobody() {
            return people().isEmpty() && !isEverybody();
        }

        /**
         * Tells whether the selection refers to search words that the session no longer has. Without the words it would
         * cover everyone.
         */
        boolean isForgotten(HttpSession session) {
            return isEverybody()
                    && orAbsent(search) != null
                    && RecentSearches.of(session).find(search) == null;
        }

        Search wanted(HttpSession session) {
            return Search.of(
                    authorization,
                    source,
                    subscription,
                    null,
                    search,
                    RecentSearches.of(session).find(search));
        }
    }

    /** The change as the user typed it. The names of its fields differ from those of the filter. */
    record Change(
            @Nullable String newAuthorization,
            @Nullable String dateOfConsent,
            @Nullable String purposeOfProcessing,
            @Nullable String authorizationDescription,
            @Nullable String newSource,
            @Nullable String sourceDescription,
            @Nullable String reason,
            @Nullable String confirmation) {}

    record Started(String id, long total) {}

    @PostMapping("/{what:authorization|source|unsubscribe|erasure}/confirm")
    String dialog(@PathVariable String what, Selected selected, HttpSession session, Model model) {
        model.addAttribute("change", new Change(null, null, null, null, null, null, null, null));
        return dialog(what, selected, session, model, null);
    }

    private String dialog(String what, Selected selected, HttpSession session, Model model, @Nullable String problem) {
        Forms.newKey(model);
        model.addAttribute("what", what);
        model.addAttribute("selected", selected);
        model.addAttribute("refusal", refusal(selected, session));
        model.addAttribute(
                "count",
                selected.isEverybody()
                        ? count(selected.wanted(session))
                        : selected.people().size());
        model.addAttribute("authorizations", Codes.AUTHORIZATIONS);
        model.addAttribute("sources", Codes.SOURCES);
        model.addAttribute("reasons", Codes.REASONS);
        model.addAttribute("today", settings.today());
        model.addAttribute("unconfirmed", problem);
        return "people/bulk";
    }

    /** The message key of the reason why the operation is impossible, or null. */
    private @Nullable String refusal(Selected selected, HttpSession session) {
        if (selected.isNobody()) {
            return "bulk.nobody";
        }
        if (selected.isForgotten(session)) {
            return "bulk.forgotten";
        }
        var wanted = selected.wanted(session);
        return selected.isEverybody() && wanted.words() != null && count(wanted) > MOST_PEOPLE ? "bulk.too-many" : null;
    }

    private long count(Search wanted) {
        var total = queries.get(
                        "/api/people", wanted.parameters().with("limit", 1).with("count", "true"), Page.class)
                .total();
        return total == null ? 0 : total;
    }

    @PostMapping("/{what:authorization|source|unsubscribe}/start")
    String start(
            @PathVariable String what,
            Selected selected,
            Change change,
            @RequestParam String key,
            HttpSession session,
            Model model,
            HttpServletResponse response) {
        model.addAttribute("change", change);
        if (refusal(selected, session) != null) {
            response.setStatus(422);
            return dialog(what, selected, session, model, null);
        }
        return Forms.send(model, response, () -> dialog(what, selected, session, model, null), () -> {
            var body = Forms.body();
            body.put("command", Objects.requireNonNull(COMMANDS.get(what)));
            switch (what) {
                case "authorization" -> body.put("authorization", authorization(change));
                case "source" -> body.put("source", Forms.source(change.newSource(), change.sourceDescription()));
                default -> {
                    if (orAbsent(change.reason()) != null) {
                        body.put("reason", change.reason());
                    }
                }
            }
            body.put("selection", selection(selected, session));
            var started = commands.send(HttpMethod.POST, "/api/bulk-operations", body, key, null, Started.class);
            return "redirect:/jobs/bulk/" + started.id();
        });
    }

    /**
     * Erases the selected people one by one. Erasure is final, so it has no bulk command and is limited to selected
     * people.
     */
    @PostMapping("/erasure/start")
    String erase(
            Selected selected,
            Change change,
            @RequestParam String key,
            HttpSession session,
            Model model,
            HttpServletResponse response,
            RedirectAttributes redirect) {
        model.addAttribute("change", change);
        var expected = Integer.toString(selected.people().size());
        if (selected.isEverybody() || !expected.equals(orAbsent(change.confirmation()))) {
            response.setStatus(422);
            return dialog("erasure", selected, session, model, "bulk.confirm.wrong");
        }
        return Forms.send(model, response, () -> dialog("erasure", selected, session, model, null), () -> {
            var erased = 0;
            var refused = 0;
            for (var id : selected.people().stream().map(BulkController::id).toList()) {
                var body = Forms.body();
                body.put("reason", orAbsent(change.reason()));
                try {
                    commands.send(HttpMethod.DELETE, "/api/people/" + id, body, key + "-" + id, null);
                    erased++;
                } catch (LedgerProblem problem) {
                    if (problem.status() != 404 && problem.status() != 410) {
                        throw problem;
                    }
                    refused++;
                }
            }
            if (refused == 0) {
                Notice.done(redirect, "notice.bulk-erased", erased);
            } else {
                Notice.warning(redirect, "notice.bulk-erased-partly", erased, refused);
            }
            return "redirect:/people";
        });
    }

    private static UUID id(String text) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            throw new ResponseStatusException(HttpStatus.BAD_REQUEST);
        }
    }

    private Map<String, Object> selection(Selected selected, HttpSession session) {
        if (!selected.isEverybody()) {
            return Map.of("personIds", selected.people());
        }
        var wanted = selected.wanted(session);
        if (wanted.words() != null) {
            return Map.of("personIds", allIds(wanted));
        }
        if (!wanted.isFiltered()) {
            return Map.of("all", true);
        }
        var filter = Forms.body();
        put(filter, "authorization", wanted.authorization());
        put(filter, "source", wanted.source());
        put(filter, "subscription", wanted.subscription());
        return Map.of("filter", filter);
    }

    /**
     * The ids of everyone who matches. The command side can't search names, so a selection by search words is sent as a
     * list of ids.
     */
    private List<String> allIds(Search wanted) {
        var ids = new ArrayList<String>();
        var question = wanted.inLastingOrder();
        String next = null;
        do {
            var page = queries.get(
                    "/api/people", question.parameters().with("limit", PAGE).with("after", next), Page.class);
            page.people().forEach(person -> ids.add(person.personId()));
            next = page.next();
        } while (next != null);
        return ids;
    }

    private static Map<String, Object> authorization(Change change) {
        return Forms.authorization(
                change.newAuthorization(),
                change.dateOfConsent(),
                change.purposeOfProcessing(),
                change.authorizationDescription());
    }

    private static void put(Map<String, Object> body, String name, String value) {
        if (!value.isEmpty()) {
            body.put(name, value);
        }
    }
}
