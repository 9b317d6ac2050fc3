package org.consentledger.web.person;

import static org.consentledger.web.session.Forms.orAbsent;

import jakarta.servlet.http.HttpServletResponse;
import java.time.LocalDate;
import java.util.Map;
import org.consentledger.web.ledger.Codes;
import org.consentledger.web.ledger.Commands;
import org.consentledger.web.ledger.LedgerProblem;
import org.consentledger.web.ledger.Person;
import org.consentledger.web.ledger.WebSettings;
import org.consentledger.web.session.Forms;
import org.consentledger.web.session.Notice;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpMethod;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

/** The form behind the compliance card's Edit: the legal basis and the source. */
@Controller
@RequestMapping("/people/{id}/card")
class CardController {

    private final People people;
    private final Commands commands;
    private final WebSettings settings;

    CardController(People people, Commands commands, WebSettings settings) {
        this.people = people;
        this.commands = commands;
        this.settings = settings;
    }

    @GetMapping
    String edit(@PathVariable String id, Model model) {
        var person = people.find(id);
        model.addAttribute("form", CardForm.of(person));
        return form(person, model);
    }

    @PostMapping
    String save(
            @PathVariable String id,
            CardForm form,
            @RequestParam String key,
            Model model,
            HttpServletResponse response,
            RedirectAttributes redirect) {
        model.addAttribute("form", form);
        try {
            return Forms.send(model, response, () -> form(people.find(id), model), () -> {
                var version = form.version();
                if (orAbsent(form.authorization()) != null) {
                    version = commands.send(
                                    HttpMethod.PUT,
                                    People.path(id, "/authorization"),
                                    form.authorizationBody(),
                                    key + "-authorization",
                                    version)
                            .version();
                }
                version = commands.send(
                                HttpMethod.PUT, People.path(id, "/source"), form.sourceBody(), key + "-source", version)
                        .version();
                Notice.done(redirect, version == form.version() ? "notice.nothing-to-change" : "notice.card-saved");
                return People.page(id, version);
            });
        } catch (LedgerProblem problem) {
            if (!problem.isConflict()) {
                throw problem;
            }
            var now = people.find(id);
            model.addAttribute("conflict", CardForm.of(now));
            model.addAttribute("form", form.at(now.version()));
            response.setStatus(problem.status());
            return form(now, model);
        }
    }

    private String form(Person person, Model model) {
        Forms.newKey(model);
        model.addAttribute("person", person);
        model.addAttribute("authorizations", Codes.AUTHORIZATIONS);
        model.addAttribute("sources", Codes.SOURCES);
        model.addAttribute("today", LocalDate.now(settings.timeZone()));
        return "person/card";
    }

    /** Both halves of the card, as typed; fields that the chosen type doesn't know are left aside. */
    record CardForm(
            @Nullable String authorization,
            @Nullable String dateOfConsent,
            @Nullable String purposeOfProcessing,
            @Nullable String authorizationDescription,
            @Nullable String source,
            @Nullable String sourceDescription,
            long version) {

        static CardForm of(Person person) {
            var authorization = person.authorization();
            return new CardForm(
                    authorization == null ? "" : authorization.type(),
                    authorization == null || authorization.dateOfConsent() == null
                            ? ""
                            : authorization.dateOfConsent().toString(),
                    authorization == null ? "" : authorization.purposeOfProcessing(),
                    authorization == null ? "" : authorization.description(),
                    person.source().type(),
                    person.source().description(),
                    person.version());
        }

        CardForm at(long newer) {
            return new CardForm(
                    authorization,
                    dateOfConsent,
                    purposeOfProcessing,
                    authorizationDescription,
                    source,
                    sourceDescription,
                    newer);
        }

        Map<String, Object> authorizationBody() {
            var body = Forms.body();
            body.put("type", authorization);
            if ("CONSENT".equals(authorization)) {
                body.put("dateOfConsent", orAbsent(dateOfConsent));
                body.put("purposeOfProcessing", orAbsent(purposeOfProcessing));
            } else if ("OTHER".equals(authorization)) {
                body.put("description", orAbsent(authorizationDescription));
            }
            return body;
        }

        Map<String, Object> sourceBody() {
            var body = Forms.body();
            body.put("type", source);
            if ("OTHER".equals(source)) {
                body.put("description", orAbsent(sourceDescription));
            }
            return body;
        }
    }
}
