package org.consentledger.web.people;

import static org.consentledger.web.session.Forms.orAbsent;

import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import java.util.List;
import java.util.Map;
import org.consentledger.web.ledger.Codes;
import org.consentledger.web.ledger.CommandApi;
import org.consentledger.web.ledger.LedgerProblem;
import org.consentledger.web.ledger.PersonDetail;
import org.consentledger.web.ledger.QueryApi;
import org.consentledger.web.ledger.WebSettings;
import org.consentledger.web.session.Forms;
import org.consentledger.web.session.Notice;
import org.consentledger.web.session.User;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpMethod;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

/** The list of people, and the form that registers a person. */
@Controller
@RequestMapping("/people")
class PeopleController {

    private static final Logger LOG = LoggerFactory.getLogger(PeopleController.class);
    private static final int PAGE = 50;
    private static final String SAMPLE = "/api/sample-people";

    private final QueryApi queries;
    private final CommandApi commands;
    private final WebSettings settings;

    PeopleController(QueryApi queries, CommandApi commands, WebSettings settings) {
        this.queries = queries;
        this.commands = commands;
        this.settings = settings;
    }

    @GetMapping
    String list(
            @RequestParam(required = false) @Nullable String authorization,
            @RequestParam(required = false) @Nullable String source,
            @RequestParam(required = false) @Nullable String subscription,
            @RequestParam(required = false) @Nullable String sort,
            @RequestParam(required = false) @Nullable String search,
            @RequestParam(required = false) @Nullable String after,
            HttpSession session,
            Model model) {
        var words = RecentSearches.of(session).find(search);
        var wanted = Search.of(authorization, source, subscription, sort, search, words);
        var first = after == null || after.isEmpty();
        var page = queries.get(
                "/api/people",
                wanted.parameters().with("limit", PAGE).with("after", after).with("count", first ? "true" : null),
                Page.class);
        model.addAttribute("page", page);
        model.addAttribute("wanted", wanted);
        model.addAttribute("first", first);
        model.addAttribute("authorizations", Codes.AUTHORIZATIONS);
        model.addAttribute("sources", Codes.SOURCES);
        if (first && page.people().isEmpty() && !wanted.isNarrow() && isSampleOffered(model)) {
            Forms.newKey(model);
            model.addAttribute("sample", true);
        }
        return "people/list";
    }

    /**
     * Tells whether the program offers sample people: only the standalone program does, and only while the ledger is
     * empty.
     */
    private boolean isSampleOffered(Model model) {
        if (!(model.getAttribute("user") instanceof User user) || !user.isOperator()) {
            return false;
        }
        try {
            return commands.get(SAMPLE, Offer.class).offered();
        } catch (LedgerProblem notThere) {
            return false;
        }
    }

    @PostMapping("/sample-people")
    String addSample(@RequestParam String key, RedirectAttributes redirect) {
        try {
            var added = commands.send(HttpMethod.POST, SAMPLE, Map.of(), key, null, Added.class);
            awaitListed(added);
            Notice.done(redirect, "notice.sample-added", added.people());
        } catch (LedgerProblem problem) {
            if (!problem.slug().equals("ledger-not-empty")) {
                throw problem;
            }
            Notice.warning(redirect, "notice.sample-too-late");
        }
        return "redirect:/people";
    }

    private void awaitListed(Added added) {
        try {
            queries.get(
                    "/api/people/" + added.personId(),
                    new QueryApi.Parameters().with("minVersion", added.version()),
                    PersonDetail.class);
        } catch (LedgerProblem late) {
            // The people are in the ledger, and the read model has them soon
            LOG.debug("The list doesn't know the sample people yet");
        }
    }

    /** Redirects to a URL that does not contain the search words. */
    @PostMapping("/search")
    String search(
            @RequestParam(required = false) @Nullable String q,
            @RequestParam(required = false) @Nullable String authorization,
            @RequestParam(required = false) @Nullable String source,
            @RequestParam(required = false) @Nullable String subscription,
            @RequestParam(required = false) @Nullable String sort,
            HttpSession session) {
        var words = orAbsent(q);
        var token = words == null ? null : RecentSearches.of(session).keep(words);
        return "redirect:"
                + Search.of(authorization, source, subscription, sort, token, words)
                        .address();
    }

    @GetMapping("/new")
    String registration(Model model) {
        model.addAttribute("form", new NewPerson("", "", "", "", "", "", "MANUAL_UPLOAD", "", "", "", "", ""));
        return registrationForm(model);
    }

    @PostMapping
    String register(
            NewPerson form,
            @RequestParam String key,
            Model model,
            HttpServletResponse response,
            RedirectAttributes redirect) {
        model.addAttribute("form", form);
        return Forms.send(model, response, () -> registrationForm(model), () -> {
            var answer = commands.send(HttpMethod.POST, "/api/people", form.body(), key, null);
            Notice.done(redirect, "notice.registered");
            return "redirect:/people/" + answer.personId() + "?v=" + answer.version();
        });
    }

    private String registrationForm(Model model) {
        Forms.newKey(model);
        model.addAttribute("authorizations", Codes.AUTHORIZATIONS);
        model.addAttribute("sources", Codes.SOURCES);
        model.addAttribute("today", settings.today());
        return "people/new";
    }

    record Offer(boolean offered) {}

    record Added(int people, String personId, long version) {}

    record Page(
            List<PersonDetail> people,
            @Nullable String next,
            @Nullable Long total) {}

    /** A new person as the user typed them, one address or number per line. */
    record NewPerson(
            @Nullable String firstName,
            @Nullable String lastName,
            @Nullable String company,
            @Nullable String title,
            @Nullable String emails,
            @Nullable String phones,
            @Nullable String source,
            @Nullable String sourceDescription,
            @Nullable String authorization,
            @Nullable String dateOfConsent,
            @Nullable String purposeOfProcessing,
            @Nullable String authorizationDescription) {

        Map<String, Object> body() {
            var body = Forms.body();
            body.put("firstName", orAbsent(firstName));
            body.put("lastName", orAbsent(lastName));
            body.put("company", orAbsent(company));
            body.put("title", orAbsent(title));
            body.put("emails", Forms.lines(emails));
            body.put("phones", Forms.lines(phones));
            body.put("source", Forms.source(source, sourceDescription));
            if (orAbsent(authorization) != null) {
                body.put(
                        "authorization",
                        Forms.authorization(
                                authorization, dateOfConsent, purposeOfProcessing, authorizationDescription));
            }
            return body;
        }
    }
}
