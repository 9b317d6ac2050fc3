package org.consentledger.web.resubscribe;

import java.util.List;
import org.consentledger.web.ledger.PersonDetail;
import org.consentledger.web.ledger.QueryApi;
import org.consentledger.web.ledger.QueryApi.Parameters;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** The queue of resubscribe requests, oldest first. An admin decides each of them. */
@Controller
class ResubscribeController {

    private static final int PAGE = 50;

    private final QueryApi queries;

    ResubscribeController(QueryApi queries) {
        this.queries = queries;
    }

    @GetMapping("/resubscribe-requests")
    String list(@RequestParam(required = false) @Nullable String after, Model model) {
        model.addAttribute(
                "page",
                queries.get(
                        "/api/resubscribe-requests",
                        new Parameters().with("after", after).with("limit", PAGE),
                        Page.class));
        model.addAttribute("first", after == null);
        return "resubscribe/list";
    }

    record Page(List<PersonDetail> people, @Nullable String next, long total) {}
}
