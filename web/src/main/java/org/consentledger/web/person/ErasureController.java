package org.consentledger.web.person;

import static org.consentledger.web.session.Forms.orAbsent;

import jakarta.servlet.http.HttpServletResponse;
import java.text.Normalizer;
import java.util.regex.Pattern;
import org.consentledger.web.ledger.CommandApi;
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

/** The form that erases a person. The admin has to type the person's name. */
@Controller
@RequestMapping("/people/{id}/erasure")
class ErasureController {

    private static final Pattern WHITE_SPACE = Pattern.compile("[\\s\\p{Z}]+");

    private final PersonLoader people;
    private final CommandApi commands;

    ErasureController(PersonLoader people, CommandApi commands) {
        this.people = people;
        this.commands = commands;
    }

    @GetMapping
    String confirm(@PathVariable String id, Model model) {
        Forms.newKey(model);
        model.addAttribute("person", people.find(id));
        return "person/erasure";
    }

    @PostMapping
    String erase(
            @PathVariable String id,
            @RequestParam String key,
            @RequestParam(required = false) @Nullable String reason,
            @RequestParam(required = false) @Nullable String confirmation,
            Model model,
            HttpServletResponse response,
            RedirectAttributes redirect) {
        model.addAttribute("reason", reason);
        var name = people.find(id).displayName();
        if (confirmation == null || !asRead(confirmation).equals(asRead(name))) {
            model.addAttribute("unconfirmed", true);
            response.setStatus(422);
            return confirm(id, model);
        }
        return Forms.send(model, response, () -> confirm(id, model), () -> {
            var body = Forms.body();
            body.put("reason", orAbsent(reason));
            var answer = commands.send(HttpMethod.DELETE, PersonLoader.path(id, ""), body, key, null);
            Notice.done(redirect, "notice.erased");
            return PersonLoader.page(id, answer.version());
        });
    }

    /** The name as a user reads it on the page, where any white space looks like one space. */
    private static String asRead(String name) {
        return WHITE_SPACE
                .matcher(Normalizer.normalize(name, Normalizer.Form.NFC))
                .replaceAll(" ")
                .strip();
    }
}
