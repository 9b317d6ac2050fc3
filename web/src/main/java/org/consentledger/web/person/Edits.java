package org.consentledger.web.person;

import jakarta.servlet.http.HttpServletResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.consentledger.web.ledger.LedgerProblem;
import org.consentledger.web.ledger.PersonDetail;
import org.consentledger.web.session.Forms;
import org.springframework.stereotype.Component;
import org.springframework.ui.Model;

/** Saves forms that edit a person. If another user has changed the person meanwhile, the page shows both versions. */
@Component
class Edits {

    private final PersonLoader people;

    Edits(PersonLoader people) {
        this.people = people;
    }

    /** A form that edits one version of a person. Implementations MUST be immutable. */
    interface EditForm {

        /** The same form, to be saved over a newer version. */
        EditForm at(long newer);

        /**
         * The texts in the form by field name; an empty text for an empty field. All versions of a form MUST have the
         * same keys.
         */
        Map<String, String> contents();
    }

    /** A field whose stored value differs from the value in the form. */
    record Difference(String field, String theirs, String yours) {}

    /**
     * Sends a form as {@link Forms#send} does.
     *
     * @param current the form filled with the person's current data
     * @param show fills the model for the form and returns its view
     * @param send sends the request and returns the redirect
     */
    String save(
            String id,
            EditForm form,
            Function<PersonDetail, EditForm> current,
            Function<PersonDetail, String> show,
            Supplier<String> send,
            Model model,
            HttpServletResponse response) {
        model.addAttribute("form", form);
        try {
            return Forms.send(model, response, () -> show.apply(people.find(id)), send);
        } catch (LedgerProblem problem) {
            if (!problem.isConflict()) {
                throw problem;
            }
            var now = people.find(id);
            model.addAttribute("differences", differences(current.apply(now), form));
            model.addAttribute("form", form.at(now.version()));
            response.setStatus(problem.status());
            return show.apply(now);
        }
    }

    private static List<Difference> differences(EditForm theirs, EditForm yours) {
        var differences = new ArrayList<Difference>();
        var mine = yours.contents();
        theirs.contents().forEach((field, text) -> {
            var own = mine.getOrDefault(field, "");
            if (!text.equals(own)) {
                differences.add(new Difference(field, text, own));
            }
        });
        return differences;
    }
}
