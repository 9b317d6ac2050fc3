package org.consentledger.query.people;

import static com.mongodb.client.model.Filters.and;
import static com.mongodb.client.model.Filters.eq;
import static com.mongodb.client.model.Filters.gt;
import static com.mongodb.client.model.Filters.or;

import com.mongodb.client.model.Sorts;
import java.util.ArrayList;
import java.util.List;
import org.bson.Document;
import org.consentledger.foundation.http.Permits;
import org.consentledger.kernel.provenance.Role;
import org.consentledger.query.readmodel.Bson;
import org.consentledger.query.readmodel.Cursors;
import org.consentledger.query.readmodel.LiveCollections;
import org.consentledger.query.readmodel.Parameters;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Lists the people with a pending resubscribe request, the oldest request first. */
@RestController
class ResubscribeRequestController {

    private static final String QUESTION = "resubscribe-requests";

    private final LiveCollections collections;
    private final Cursors cursors;

    ResubscribeRequestController(LiveCollections collections, Cursors cursors) {
        this.collections = collections;
        this.cursors = cursors;
    }

    @GetMapping("/api/resubscribe-requests")
    @Permits(Role.OPERATOR)
    Page list(
            @RequestParam(required = false) @Nullable String after,
            @RequestParam(required = false) @Nullable String limit) {
        var size = Parameters.limit(limit);
        // Greater than the empty text: the field exists
        var pending = and(eq("erased", false), gt(PeopleProjection.REQUESTED_AT, ""));
        var behind = pending;
        if (after != null) {
            var last = cursors.open(QUESTION, after, 2);
            behind = and(
                    pending,
                    or(
                            gt(PeopleProjection.REQUESTED_AT, last.getFirst()),
                            and(eq(PeopleProjection.REQUESTED_AT, last.getFirst()), gt("_id", last.getLast()))));
        }
        var people = collections.readable(PeopleProjection.NAME);
        var found = people.find(behind)
                .sort(Sorts.ascending(PeopleProjection.REQUESTED_AT, "_id"))
                .limit(size + 1)
                .into(new ArrayList<>());
        var page = found.subList(0, Math.min(size, found.size()));
        return new Page(
                page.stream()
                        .map(stored -> PersonView.of(PersonBson.SHAPE.decode(stored)))
                        .toList(),
                found.size() > size ? cursors.seal(QUESTION, placeOf(page.getLast())) : null,
                people.countDocuments(pending));
    }

    private static List<String> placeOf(Document stored) {
        var request = stored.get("subscription", Document.class).get("resubscribeRequest", Document.class);
        return List.of(Bson.required(request, "requestedAt"), stored.getString("_id"));
    }

    record Page(List<PersonView> people, @Nullable String next, long total) {}
}
