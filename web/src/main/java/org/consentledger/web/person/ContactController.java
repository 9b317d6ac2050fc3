package org.consentledger.web.person;

import static org.consentledger.web.session.Forms.orAbsent;

import jakarta.servlet.http.HttpServletResponse;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.consentledger.web.ledger.CommandApi;
import org.consentledger.web.ledger.PersonDetail;
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

/** The form that edits contact data. With scripts it replaces the section that it edits. */
@Controller
@RequestMapping("/people/{id}/contact")
class ContactController {

    private final PersonLoader people;
    private final Edits edits;
    private final CommandApi commands;

    ContactController(PersonLoader people, Edits edits, CommandApi commands) {
        this.people = people;
        this.edits = edits;
        this.commands = commands;
    }

    @GetMapping
    String edit(@PathVariable String id, Model model) {
        var person = people.find(id);
        model.addAttribute("form", ContactForm.of(person));
        return form(person, model);
    }

    @PostMapping
    String save(
            @PathVariable String id,
            ContactForm form,
            @RequestParam String key,
            Model model,
            HttpServletResponse response,
            RedirectAttributes redirect) {
        return edits.save(
                id,
                form,
                ContactForm::of,
                person -> form(person, model),
                () -> {
                    var body = form.body(people.find(id));
                    var answer = commands.send(HttpMethod.PATCH, PersonLoader.path(id, ""), body, key, form.version());
                    Notice.done(
                            redirect,
                            answer.version() == form.version() ? "notice.nothing-to-change" : "notice.contact-saved");
                    return PersonLoader.page(id, answer.version());
                },
                model,
                response);
    }

    private static String form(PersonDetail person, Model model) {
        Forms.newKey(model);
        model.addAttribute("person", person);
        return "person/contact";
    }

    /** Contact data as the user typed it, one address or number per line. */
    record ContactForm(
            @Nullable String firstName,
            @Nullable String lastName,
            @Nullable String company,
            @Nullable String title,
            @Nullable String emails,
            @Nullable String phones,
            @Nullable String website,
            @Nullable String facebook,
            @Nullable String twitter,
            @Nullable String linkedin,
            @Nullable String other,
            @Nullable String salesforceId,
            long version)
            implements EditForm {

        static ContactForm of(PersonDetail person) {
            return new ContactForm(
                    FormTexts.inOneLine(person.firstName()),
                    FormTexts.inOneLine(person.lastName()),
                    FormTexts.inOneLine(person.company()),
                    FormTexts.inOneLine(person.title()),
                    oneOnEachLine(person.emails()),
                    oneOnEachLine(person.phones()),
                    FormTexts.inOneLine(person.website()),
                    FormTexts.inOneLine(person.facebook()),
                    FormTexts.inOneLine(person.twitter()),
                    FormTexts.inOneLine(person.linkedin()),
                    FormTexts.inLines(person.other()),
                    FormTexts.inOneLine(person.salesforceId()),
                    person.version());
        }

        @Override
        public ContactForm at(long newer) {
            return new ContactForm(
                    firstName,
                    lastName,
                    company,
                    title,
                    emails,
                    phones,
                    website,
                    facebook,
                    twitter,
                    linkedin,
                    other,
                    salesforceId,
                    newer);
        }

        private static String oneOnEachLine(List<String> texts) {
            return texts.stream().map(FormTexts::inOneLine).collect(Collectors.joining("\n"));
        }

        /** The body of the request. Unchanged texts are sent exactly as stored, so that they record no event. */
        Map<String, Object> body(PersonDetail person) {
            var body = Forms.body();
            texts().forEach((name, text) -> body.put(name, orAbsent(inForm(name, text))));
            textsOf(person).forEach((name, kept) -> FormTexts.restore(body, name, kept, text -> inForm(name, text)));
            body.put("emails", FormTexts.restored(Forms.lines(emails), person.emails()));
            body.put("phones", FormTexts.restored(Forms.lines(phones), person.phones()));
            return body;
        }

        private static String inForm(String name, @Nullable String text) {
            return name.equals("other") ? FormTexts.inLines(text) : FormTexts.inOneLine(text);
        }

        @Override
        public Map<String, String> contents() {
            var all = new LinkedHashMap<String, String>();
            texts().forEach((name, text) -> all.put(name, inForm(name, text)));
            all.put("email", String.join(", ", Forms.lines(emails)));
            all.put("phone", String.join(", ", Forms.lines(phones)));
            return all;
        }

        private Map<String, @Nullable String> texts() {
            var texts = new LinkedHashMap<String, @Nullable String>();
            texts.put("firstName", firstName);
            texts.put("lastName", lastName);
            texts.put("company", company);
            texts.put("title", title);
            texts.put("website", website);
            texts.put("facebook", facebook);
            texts.put("twitter", twitter);
            texts.put("linkedin", linkedin);
            texts.put("other", other);
            texts.put("salesforceId", salesforceId);
            return texts;
        }

        private static Map<String, @Nullable String> textsOf(PersonDetail person) {
            var texts = new LinkedHashMap<String, @Nullable String>();
            texts.put("firstName", person.firstName());
            texts.put("lastName", person.lastName());
            texts.put("company", person.company());
            texts.put("title", person.title());
            texts.put("website", person.website());
            texts.put("facebook", person.facebook());
            texts.put("twitter", person.twitter());
            texts.put("linkedin", person.linkedin());
            texts.put("other", person.other());
            texts.put("salesforceId", person.salesforceId());
            return texts;
        }
    }
}
