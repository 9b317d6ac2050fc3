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

/** Forms that change what is known of a person. Where somebody else was faster, both are shown beside each other. */
@Component
class Edits {

    private final PersonLoader people;

    Edits(PersonLoader people) {
        this.people = people;
    }

    /** A form about one version of a person. */
    interface EditForm {

        /** The same, to be saved over a newer version. */
        EditForm at(long newer);

        /** What stands in it, by the names of the fields; empty where nothing does. */
        Map<String, String> contents();
    }

    /** A field that somebody else changed in the meantime, or that the form changes. */
    record Difference(String field, String theirs, String yours) {}

    /**
     * Sends a form as {@link Forms#send} does.
     *
     * @param current the form as the ledger would fill it now
     * @param show fills the model for the form and names its view
     * @param send names where to go when it was taken
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
