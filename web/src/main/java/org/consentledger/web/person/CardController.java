package org.consentledger.web.person;

import static org.consentledger.web.session.Forms.orAbsent;

import jakarta.servlet.http.HttpServletResponse;
import java.util.LinkedHashMap;
import java.util.Map;
import org.consentledger.web.ledger.Codes;
import org.consentledger.web.ledger.CommandApi;
import org.consentledger.web.ledger.LedgerProblem;
import org.consentledger.web.ledger.PersonDetail;
import org.consentledger.web.ledger.WebSettings;
import org.consentledger.web.person.Edits.EditForm;
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

/** The form that edits the compliance card: the legal basis and the source. */
@Controller
@RequestMapping("/people/{id}/card")
class CardController {

    private final PersonLoader people;
    private final Edits edits;
    private final CommandApi commands;
    private final WebSettings settings;

    CardController(PersonLoader people, Edits edits, CommandApi commands, WebSettings settings) {
        this.people = people;
        this.edits = edits;
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
        return edits.save(
                id,
                form,
                CardForm::of,
                person -> form(person, model),
                () -> send(id, form, key, redirect),
                model,
                response);
    }

    private String send(String id, CardForm form, String key, RedirectAttributes redirect) {
        var kept = people.find(id);
        var version = form.version();
        if (orAbsent(form.authorization()) != null) {
            version = send(id, "authorization", form.authorizationBody(kept), key, version);
        }
        version = send(id, "source", form.sourceBody(kept), key, version);
        Notice.done(redirect, version == form.version() ? "notice.nothing-to-change" : "notice.card-saved");
        return PersonLoader.page(id, version);
    }

    private long send(String id, String half, Map<String, Object> body, String key, long version) {
        try {
            return commands.send(HttpMethod.PUT, PersonLoader.path(id, "/" + half), body, key + "-" + half, version)
                    .version();
        } catch (LedgerProblem problem) {
            throw problem.in(half);
        }
    }

    private String form(PersonDetail person, Model model) {
        Forms.newKey(model);
        model.addAttribute("person", person);
        model.addAttribute("authorizations", Codes.AUTHORIZATIONS);
        model.addAttribute("sources", Codes.SOURCES);
        model.addAttribute("today", settings.today());
        return "person/card";
    }

    /** Both parts of the card as the user typed them; fields that the chosen type doesn't have are ignored. */
    record CardForm(
            @Nullable String authorization,
            @Nullable String dateOfConsent,
            @Nullable String purposeOfProcessing,
            @Nullable String authorizationDescription,
            @Nullable String source,
            @Nullable String sourceDescription,
            long version)
            implements EditForm {

        static CardForm of(PersonDetail person) {
            var authorization = person.authorization();
            return new CardForm(
                    authorization == null ? "" : authorization.type(),
                    authorization == null || authorization.dateOfConsent() == null
                            ? ""
                            : authorization.dateOfConsent().toString(),
                    authorization == null ? "" : FormTexts.inOneLine(authorization.purposeOfProcessing()),
                    authorization == null ? "" : FormTexts.inOneLine(authorization.description()),
                    person.source().type(),
                    FormTexts.inOneLine(person.source().description()),
                    person.version());
        }

        @Override
        public CardForm at(long newer) {
            return new CardForm(
                    authorization,
                    dateOfConsent,
                    purposeOfProcessing,
                    authorizationDescription,
                    source,
                    sourceDescription,
                    newer);
        }

        @Override
        public Map<String, String> contents() {
            var contents = new LinkedHashMap<String, String>();
            var authorization = authorizationBody();
            contents.put("authorization.type", orAbsent(this.authorization) == null ? "NONE" : this.authorization);
            contents.put("dateOfConsent", text(authorization.get("dateOfConsent")));
            contents.put("purposeOfProcessing", text(authorization.get("purposeOfProcessing")));
            contents.put("authorization.description", text(authorization.get("description")));
            contents.put("source.type", text(source));
            contents.put("source.description", text(sourceBody().get("description")));
            return contents;
        }

        private static String text(@Nullable Object value) {
            return value == null ? "" : value.toString();
        }

        /**
         * The legal basis for the request. Unchanged texts are sent exactly as stored, so that an unchanged form
         * records no event.
         */
        Map<String, Object> authorizationBody(PersonDetail person) {
            var body = authorizationBody();
            var kept = person.authorization();
            if (kept != null) {
                FormTexts.restore(body, "purposeOfProcessing", kept.purposeOfProcessing(), FormTexts::inOneLine);
                FormTexts.restore(body, "description", kept.description(), FormTexts::inOneLine);
            }
            return body;
        }

        /** The source for the request, treated alike. */
        Map<String, Object> sourceBody(PersonDetail person) {
            var body = sourceBody();
            FormTexts.restore(body, "description", person.source().description(), FormTexts::inOneLine);
            return body;
        }

        private Map<String, Object> authorizationBody() {
            return Forms.authorization(authorization, dateOfConsent, purposeOfProcessing, authorizationDescription);
        }

        private Map<String, Object> sourceBody() {
            return Forms.source(source, sourceDescription);
        }
    }
}
