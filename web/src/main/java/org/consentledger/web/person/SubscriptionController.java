package org.consentledger.web.person;

import static org.consentledger.web.session.Forms.orAbsent;

import jakarta.servlet.http.HttpServletResponse;
import java.util.Map;
import org.consentledger.web.ledger.Codes;
import org.consentledger.web.ledger.CommandApi;
import org.consentledger.web.ledger.LedgerProblem;
import org.consentledger.web.ledger.PersonDetail;
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

/** The forms to opt a person out, and to resubscribe them: a request with evidence, and the decision of an admin. */
@Controller
@RequestMapping("/people/{id}")
class SubscriptionController {

    private static final String APPROVAL = "person/resubscribe-approval";

    private final PersonLoader people;
    private final CommandApi commands;
    private final WebSettings settings;

    SubscriptionController(PersonLoader people, CommandApi commands, WebSettings settings) {
        this.people = people;
        this.commands = commands;
        this.settings = settings;
    }

    @GetMapping("/unsubscribe")
    String unsubscribe(@PathVariable String id, Model model) {
        model.addAttribute("reasons", Codes.REASONS);
        return form(id, model, "person/unsubscribe");
    }

    @PostMapping("/unsubscribe")
    String unsubscribe(
            @PathVariable String id,
            @RequestParam String key,
            @RequestParam(required = false) @Nullable String reason,
            @RequestParam(required = false) @Nullable String comment,
            Model model,
            HttpServletResponse response,
            RedirectAttributes redirect) {
        return Forms.send(model, response, () -> unsubscribe(id, model), () -> {
            var body = Forms.body();
            body.put("reason", orAbsent(reason));
            body.put("comment", orAbsent(comment));
            var answer = commands.send(HttpMethod.POST, PersonLoader.path(id, "/unsubscribe"), body, key, null);
            Notice.done(redirect, "notice.unsubscribed");
            return PersonLoader.page(id, answer.version());
        });
    }

    @GetMapping("/resubscribe-request")
    String request(@PathVariable String id, Model model) {
        model.addAttribute("form", new EvidenceForm(null, null, null, null));
        return form(id, model, "person/resubscribe-request");
    }

    @PostMapping("/resubscribe-request")
    String request(
            @PathVariable String id,
            EvidenceForm form,
            @RequestParam String key,
            Model model,
            HttpServletResponse response,
            RedirectAttributes redirect) {
        model.addAttribute("form", form);
        return Forms.send(model, response, () -> form(id, model, "person/resubscribe-request"), () -> {
            var answer = commands.send(
                    HttpMethod.POST, PersonLoader.path(id, "/resubscribe-requests"), form.body(), key, null);
            Notice.done(redirect, "notice.requested");
            return PersonLoader.page(id, answer.version());
        });
    }

    @GetMapping("/resubscribe-approval")
    String decide(@PathVariable String id, Model model) {
        model.addAttribute("form", new EvidenceForm(null, null, null, null));
        return form(id, model, APPROVAL);
    }

    /**
     * The decision of an admin about the request that the form showed. If another request has replaced it meanwhile,
     * the page shows the new one, and nothing is decided or attested.
     *
     * @param decision {@code approve} or {@code reject}, by the button that was pressed
     * @param version the version of the person that the form showed
     */
    @PostMapping("/resubscribe-approval")
    String decide(
            @PathVariable String id,
            EvidenceForm form,
            @RequestParam String key,
            @RequestParam long version,
            @RequestParam String decision,
            @RequestParam(required = false) @Nullable String reason,
            @RequestParam(defaultValue = "false") boolean attested,
            Model model,
            HttpServletResponse response,
            RedirectAttributes redirect) {
        model.addAttribute("form", form);
        model.addAttribute("reason", reason);
        try {
            return Forms.send(model, response, () -> decideAgain(id, version, attested, model), () -> {
                if (decision.equals("reject")) {
                    var rejection = Forms.body();
                    rejection.put("reason", orAbsent(reason));
                    var answer = commands.send(
                            HttpMethod.POST, PersonLoader.path(id, "/resubscribe-rejection"), rejection, key, version);
                    Notice.done(redirect, "notice.rejected");
                    return PersonLoader.page(id, answer.version());
                }
                var approval = form.body();
                approval.put("attested", attested);
                approval.put("reason", orAbsent(reason));
                var answer = commands.send(
                        HttpMethod.POST, PersonLoader.path(id, "/resubscribe-approval"), approval, key, version);
                Notice.done(redirect, "notice.approved");
                return PersonLoader.page(id, answer.version());
            });
        } catch (LedgerProblem problem) {
            if (!problem.isConflict()) {
                throw problem;
            }
            response.setStatus(problem.status());
            model.addAttribute("changed", true);
            return form(people.find(id), model, APPROVAL);
        }
    }

    /**
     * Shows a refused form again with the current data of the person. The attestation is kept only if that data is what
     * the admin saw.
     */
    private String decideAgain(String id, long shown, boolean attested, Model model) {
        var person = people.find(id);
        var same = person.version() == shown;
        model.addAttribute("attested", attested && same);
        model.addAttribute("changed", same ? null : true);
        return form(person, model, APPROVAL);
    }

    private String form(String id, Model model, String view) {
        return form(people.find(id), model, view);
    }

    private String form(PersonDetail person, Model model, String view) {
        Forms.newKey(model);
        model.addAttribute("person", person);
        model.addAttribute("today", settings.today());
        return view;
    }

    /** The evidence of a new consent as the user typed it. */
    record EvidenceForm(
            @Nullable String dateOfConsent,
            @Nullable String purposeOfProcessing,
            @Nullable String givenHow,
            @Nullable String reference) {

        Map<String, Object> body() {
            var body = Forms.body();
            put(body, "dateOfConsent", dateOfConsent);
            put(body, "purposeOfProcessing", purposeOfProcessing);
            put(body, "givenHow", givenHow);
            put(body, "reference", reference);
            return body;
        }

        private static void put(Map<String, Object> body, String name, @Nullable String text) {
            var value = orAbsent(text);
            if (value != null) {
                body.put(name, value);
            }
        }
    }
}
