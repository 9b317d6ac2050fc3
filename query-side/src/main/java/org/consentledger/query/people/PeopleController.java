package org.consentledger.query.people;

import static com.mongodb.client.model.Filters.and;
import static com.mongodb.client.model.Filters.eq;
import static com.mongodb.client.model.Filters.gt;
import static com.mongodb.client.model.Filters.lt;
import static com.mongodb.client.model.Filters.or;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.mongodb.client.model.Sorts;
import java.util.ArrayList;
import java.util.List;
import org.bson.Document;
import org.bson.conversions.Bson;
import org.consentledger.foundation.http.InvalidRequest;
import org.consentledger.foundation.http.Permits;
import org.consentledger.kernel.person.AuthorizationType;
import org.consentledger.kernel.person.SourceType;
import org.consentledger.kernel.person.SubscriptionStatus;
import org.consentledger.kernel.provenance.Role;
import org.consentledger.query.readmodel.Cursors;
import org.consentledger.query.readmodel.LiveCollections;
import org.consentledger.query.readmodel.Parameters;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Lists people: searched, filtered, sorted, in pages. Erased people are left out. */
@RestController
class PeopleController {

    private static final String NO_AUTHORIZATION = "NONE";

    private final LiveCollections collections;
    private final Cursors cursors;

    PeopleController(LiveCollections collections, Cursors cursors) {
        this.collections = collections;
        this.cursors = cursors;
    }

    @GetMapping("/api/people")
    @Permits({Role.OPERATOR, Role.AUDITOR, Role.ANALYST})
    Page list(
            @RequestParam(required = false) @Nullable String q,
            @RequestParam(required = false) @Nullable String authorization,
            @RequestParam(required = false) @Nullable String source,
            @RequestParam(required = false) @Nullable String subscription,
            @RequestParam(required = false) @Nullable String sort,
            @RequestParam(required = false) @Nullable String after,
            @RequestParam(required = false) @Nullable String limit,
            @RequestParam(required = false) @Nullable String count) {
        var order = Order.of(sort);
        var size = Parameters.limit(limit);
        var conditions = new ArrayList<Bson>();
        conditions.add(eq("erased", false));
        if (authorization != null) {
            conditions.add(authorizationIs(authorization));
        }
        var sourceType = Parameters.constant("source", SourceType.class, source);
        if (sourceType != null) {
            conditions.add(eq("source.type", sourceType.name()));
        }
        var status = Parameters.constant("subscription", SubscriptionStatus.class, subscription);
        if (status != null) {
            conditions.add(eq("subscription.status", status.name()));
        }
        if (q != null) {
            conditions.addAll(SearchWords.filter(q));
        }
        var people = collections.readable(PeopleProjection.NAME);
        Long total = Parameters.flag("count", count) ? people.countDocuments(and(conditions)) : null;
        if (after != null) {
            var last = cursors.open(order.question(), after, 2);
            conditions.add(order.behind(last.get(0), last.get(1)));
        }
        var found =
                people.find(and(conditions)).sort(order.sort()).limit(size + 1).into(new ArrayList<>());
        var page = found.subList(0, Math.min(size, found.size()));
        return new Page(
                page.stream()
                        .map(stored -> PersonView.of(PersonBson.SHAPE.decode(stored)))
                        .toList(),
                found.size() > size ? cursors.seal(order.question(), order.valuesOf(page.getLast())) : null,
                total);
    }

    private static Bson authorizationIs(String text) {
        if (text.equals(NO_AUTHORIZATION)) {
            return eq("authorization", null);
        }
        for (var type : AuthorizationType.values()) {
            if (type.name().equals(text)) {
                return eq("authorization.type", text);
            }
        }
        throw InvalidRequest.of("authorization", "must be NONE or the code of an authorization type");
    }

    /** The sort field and direction. The id breaks ties, so the order is total. */
    private record Order(String field, boolean descending) {

        static Order of(@Nullable String sort) {
            var text = sort == null ? "-updatedAt" : sort;
            var descending = text.startsWith("-");
            return switch (descending ? text.substring(1) : text) {
                case "updatedAt" -> new Order("updatedAt", descending);
                case "createdAt" -> new Order("createdAt", descending);
                case "name" -> new Order("nameKey", descending);
                default ->
                    throw InvalidRequest.of(
                            "sort", "must be one of updatedAt, createdAt, name; with - before it for descending");
            };
        }

        String question() {
            return "people:" + field + (descending ? ":descending" : ":ascending");
        }

        Bson sort() {
            return descending ? Sorts.descending(field, "_id") : Sorts.ascending(field, "_id");
        }

        List<String> valuesOf(Document stored) {
            return List.of(stored.getString(field), stored.getString("_id"));
        }

        Bson behind(String value, String id) {
            return descending
                    ? or(lt(field, value), and(eq(field, value), lt("_id", id)))
                    : or(gt(field, value), and(eq(field, value), gt("_id", id)));
        }
    }

    /**
     * One page of people.
     *
     * @param total the number of people on all pages; null unless the client asks for the count
     */
    record Page(
            List<PersonView> people,
            @Nullable String next,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            Long total) {}
}
