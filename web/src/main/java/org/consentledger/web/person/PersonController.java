package org.consentledger.web.person;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.consentledger.web.ledger.PersonDetail;
import org.consentledger.web.ledger.QueryApi;
import org.consentledger.web.ledger.QueryApi.Parameters;
import org.consentledger.web.session.Forms;
import org.consentledger.web.session.User;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;

/** The Person Detail View. An analyst sees only the compliance card. */
@Controller
class PersonController {

    private final QueryApi queries;

    PersonController(QueryApi queries) {
        this.queries = queries;
    }

    /** @param v the lowest version to show: that of the user's own last change */
    @GetMapping("/people/{id}")
    String show(
            @PathVariable String id,
            @RequestParam(required = false) @Nullable String v,
            @ModelAttribute("user") User user,
            Model model) {
        if (!user.isReader()) {
            model.addAttribute(
                    "card",
                    queries.get(
                            PersonLoader.path(id, "/compliance-card"),
                            new Parameters().with("minVersion", v),
                            PersonDetail.Card.class));
            return "person/card-only";
        }
        var person = queries.get(PersonLoader.path(id, ""), new Parameters().with("minVersion", v), PersonDetail.class);
        model.addAttribute("person", person);
        model.addAttribute("card", person.card());
        Forms.newKey(model);
        model.addAttribute(
                "history",
                queries.get(
                        PersonLoader.path(id, "/unsubscribe-history"),
                        new Parameters().with("minVersion", v),
                        History.class));
        return "person/detail";
    }

    record History(List<Line> entries) {}

    record Line(
            Instant date,
            String details,
            @Nullable String reason,
            @Nullable String comment,
            String source,
            String via,
            PersonDetail.ActorName by,
            @Nullable Evidence evidence) {

        public boolean isOptOut() {
            return details.equals("Unsubscribe");
        }
    }

    record Evidence(
            LocalDate dateOfConsent,
            @Nullable String purposeOfProcessing,
            @Nullable String givenHow,
            @Nullable String reference,
            @Nullable String reason) {}
}
