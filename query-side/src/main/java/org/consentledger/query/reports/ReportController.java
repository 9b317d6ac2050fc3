package org.consentledger.query.reports;

import static com.mongodb.client.model.Filters.and;
import static com.mongodb.client.model.Filters.eq;
import static com.mongodb.client.model.Filters.gt;
import static com.mongodb.client.model.Filters.gte;
import static com.mongodb.client.model.Filters.lt;
import static com.mongodb.client.model.Filters.lte;
import static com.mongodb.client.model.Filters.or;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.mongodb.client.model.Accumulators;
import com.mongodb.client.model.Aggregates;
import com.mongodb.client.model.Projections;
import com.mongodb.client.model.Sorts;
import io.swagger.v3.oas.annotations.Operation;
import java.time.Clock;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bson.Document;
import org.consentledger.foundation.http.InvalidRequest;
import org.consentledger.foundation.http.Permits;
import org.consentledger.kernel.person.AuthorizationType;
import org.consentledger.kernel.person.SourceType;
import org.consentledger.kernel.person.SubscriptionStatus;
import org.consentledger.kernel.person.UnsubscribeReason;
import org.consentledger.kernel.provenance.Role;
import org.consentledger.query.readmodel.Bson;
import org.consentledger.query.readmodel.Cursors;
import org.consentledger.query.readmodel.LiveCollections;
import org.consentledger.query.readmodel.Parameters;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Serves counts without names. Erased people do not count. */
@RestController
@RequestMapping("/api/reports")
class ReportController {

    private static final String PEOPLE = "people";
    private static final String DATE_OF_CONSENT = "authorization.dateOfConsent";
    private static final String OLD_CONSENTS = "old-consents";
    private static final int LONGEST_RANGE_DAYS = 3_660;
    private static final int HIGHEST_MONTHS = 1_200;

    private final LiveCollections collections;
    private final Cursors cursors;
    private final Clock clock;

    ReportController(LiveCollections collections, Cursors cursors, Clock clock) {
        this.collections = collections;
        this.cursors = cursors;
        this.clock = clock;
    }

    @GetMapping("/people-by-authorization")
    @Permits(Role.ANALYST)
    Counts byAuthorization() {
        var counts = countBy("authorization.type");
        var lines = new ArrayList<Count>();
        for (var type : AuthorizationType.values()) {
            lines.add(new Count(type.name(), type.label(), counts.getOrDefault(type.name(), 0L)));
        }
        lines.add(new Count("NONE", "No authorization", counts.getOrDefault("", 0L)));
        return Counts.of(lines);
    }

    @GetMapping("/people-by-source")
    @Permits(Role.ANALYST)
    Counts bySource() {
        var counts = countBy("source.type");
        var lines = new ArrayList<Count>();
        for (var type : SourceType.values()) {
            lines.add(new Count(type.name(), type.label(), counts.getOrDefault(type.name(), 0L)));
        }
        return Counts.of(lines);
    }

    @GetMapping("/people-by-subscription")
    @Permits(Role.ANALYST)
    Counts bySubscription() {
        var counts = countBy("subscription.status");
        var lines = new ArrayList<Count>();
        for (var status : SubscriptionStatus.values()) {
            var label = status == SubscriptionStatus.SUBSCRIBED ? "Subscribed" : "Unsubscribed";
            lines.add(new Count(status.name(), label, counts.getOrDefault(status.name(), 0L)));
        }
        return Counts.of(lines);
    }

    /** Opt-outs by day and reason; the last 30 days by default. */
    @GetMapping("/opt-outs")
    @Permits(Role.ANALYST)
    OptOuts optOuts(
            @RequestParam(required = false) @Nullable String from,
            @RequestParam(required = false) @Nullable String to) {
        var given = Parameters.date("to", to);
        var last = given == null ? LocalDate.now(clock) : given;
        var begin = Parameters.date("from", from);
        var first = begin == null ? last.minusDays(29) : begin;
        if (first.isAfter(last)) {
            throw InvalidRequest.of("from", "must not be after to");
        }
        if (ChronoUnit.DAYS.between(first, last) > LONGEST_RANGE_DAYS) {
            throw InvalidRequest.of("from", "must not be more than %d days before to".formatted(LONGEST_RANGE_DAYS));
        }
        var days = new ArrayList<DayCount>();
        for (var group : collections
                .readable(DailyCountProjection.NAME)
                .aggregate(List.of(
                        Aggregates.match(and(
                                eq("kind", CountedEvent.Kind.OPT_OUT.name()),
                                gte("day", first.toString()),
                                lte("day", last.toString()))),
                        Aggregates.group(
                                new Document("day", "$day").append("detail", "$detail"),
                                Accumulators.sum("count", 1L))))) {
            var key = group.get("_id", Document.class);
            var reason = Bson.constant(UnsubscribeReason.class, key, "detail");
            days.add(new DayCount(
                    LocalDate.parse(Bson.required(key, "day")),
                    reason,
                    reason == null ? "No reason given" : reason.label(),
                    Bson.number(group, "count")));
        }
        days.sort(Comparator.comparing(DayCount::date).thenComparing(DayCount::label));
        return new OptOuts(
                first, last, days, days.stream().mapToLong(DayCount::count).sum());
    }

    /** The people whose consent is older than a number of months, the oldest consents first. */
    @GetMapping("/old-consents")
    @Permits(Role.ANALYST)
    @Operation(
            summary = "People whose consent is older than a number of months, the oldest consents first",
            description = "`count` is the number of these people on all pages. Only the first page has it: "
                    + "a request with `after` does not count again.")
    OldConsents oldConsents(
            @RequestParam String months,
            @RequestParam(required = false) @Nullable String after,
            @RequestParam(required = false) @Nullable String limit) {
        var before = LocalDate.now(clock)
                .minusMonths(Parameters.number("months", months, 1, HIGHEST_MONTHS))
                .toString();
        var size = Parameters.limit(limit);
        var consent = and(eq("authorization.type", AuthorizationType.CONSENT.name()), eq("erased", false));
        var old = and(consent, lt(DATE_OF_CONSENT, before));
        var page = old;
        if (after != null) {
            var last = cursors.open(OLD_CONSENTS, after, 2);
            var day = last.getFirst();
            // Each branch names all leading fields of the index, so MongoDB scans one range of it. An imported file can
            // give thousands of people the same date of consent, and no page may scan that date from its beginning.
            page = or(
                    and(consent, eq(DATE_OF_CONSENT, day), gt("_id", last.getLast())),
                    and(consent, gt(DATE_OF_CONSENT, day), lt(DATE_OF_CONSENT, before)));
        }
        var people = collections.readable(PEOPLE);
        var found = people.find(page)
                .sort(Sorts.ascending(DATE_OF_CONSENT, "_id"))
                .projection(Projections.include(DATE_OF_CONSENT))
                .limit(size + 1)
                .map(stored -> new OldConsent(
                        Bson.required(stored, "_id"),
                        LocalDate.parse(Bson.required(stored.get("authorization", Document.class), "dateOfConsent"))))
                .into(new ArrayList<>());
        var lines = List.copyOf(found.subList(0, Math.min(size, found.size())));
        return new OldConsents(
                after == null ? people.countDocuments(old) : null,
                lines,
                found.size() > size ? cursors.seal(OLD_CONSENTS, lines.getLast().place()) : null);
    }

    /** The number of people for each value of a field; people without a value are under the empty text. */
    private Map<String, Long> countBy(String field) {
        var counts = new HashMap<String, Long>();
        for (var group : collections
                .readable(PEOPLE)
                .aggregate(List.of(
                        Aggregates.match(eq("erased", false)),
                        Aggregates.group("$" + field, Accumulators.sum("count", 1L))))) {
            var value = group.getString("_id");
            counts.put(value == null ? "" : value, Bson.number(group, "count"));
        }
        return counts;
    }

    record Counts(List<Count> counts, long total) {

        static Counts of(List<Count> counts) {
            return new Counts(counts, counts.stream().mapToLong(Count::count).sum());
        }
    }

    record Count(String type, String label, long count) {}

    record OptOuts(LocalDate from, LocalDate to, List<DayCount> days, long total) {}

    record DayCount(LocalDate date, @Nullable UnsubscribeReason reason, String label, long count) {}

    /**
     * One page of old consents.
     *
     * @param count the number of lines on all pages; only on the first page, as counting costs more than a page
     */
    record OldConsents(
            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            Long count,

            List<OldConsent> people,
            @Nullable String next) {}

    record OldConsent(String personId, LocalDate dateOfConsent) {

        private List<String> place() {
            return List.of(dateOfConsent.toString(), personId);
        }
    }
}
