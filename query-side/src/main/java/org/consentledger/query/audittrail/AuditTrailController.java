package org.consentledger.query.audittrail;

import com.mongodb.client.model.Filters;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.bson.conversions.Bson;
import org.consentledger.foundation.http.InvalidRequest;
import org.consentledger.foundation.http.Permits;
import org.consentledger.kernel.person.CommandRejected;
import org.consentledger.kernel.person.PersonId;
import org.consentledger.kernel.provenance.Actor;
import org.consentledger.kernel.provenance.Role;
import org.consentledger.kernel.provenance.Via;
import org.consentledger.query.readmodel.Freshness;
import org.consentledger.query.readmodel.Parameters;
import org.consentledger.query.readmodel.ReadModels;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Who did what, for one person or in the whole ledger, page by page; oldest first unless told. */
@RestController
class AuditTrailController {

    private static final Instant YEAR_1 = Instant.parse("0001-01-01T00:00:00Z");
    private static final Instant YEAR_9999 = Instant.parse("9999-12-31T23:59:59Z");

    private final AuditTrailProjection trail;
    private final ReadModels models;

    AuditTrailController(AuditTrailProjection trail, ReadModels models) {
        this.trail = trail;
        this.models = models;
    }

    @GetMapping("/api/people/{id}/audit-trail")
    @Permits(Role.AUDITOR)
    Page ofPerson(
            @PathVariable PersonId id,
            @RequestParam(required = false) @Nullable String sort,
            @RequestParam(required = false) @Nullable String after,
            @RequestParam(required = false) @Nullable String limit,
            @RequestParam(required = false) @Nullable String minVersion) {
        var request = PageRequest.of(sort, after, limit);
        if (Freshness.atLeast(minVersion, () -> trail.versionOf(id.toString()), known -> known)
                .isEmpty()) {
            throw CommandRejected.unknownPerson();
        }
        return page(
                request,
                request.newestFirst()
                        ? trail.newest(Filters.eq("subject", id.toString()), request.behind(), request.oneMore())
                        : trail.ofPerson(id.toString(), request.behind(), request.oneMore()));
    }

    /**
     * The trail of the whole ledger. In ascending order the trail ends where an earlier event may still be added, so a
     * client that repeatedly continues after the last entry misses none.
     */
    @GetMapping("/api/audit-trail")
    @Permits(Role.AUDITOR)
    Page ofLedger(
            @RequestParam(required = false) @Nullable String actor,
            @RequestParam(required = false) @Nullable String type,
            @RequestParam(required = false) @Nullable String via,
            @RequestParam(required = false) @Nullable String from,
            @RequestParam(required = false) @Nullable String to,
            @RequestParam(required = false) @Nullable String sort,
            @RequestParam(required = false) @Nullable String after,
            @RequestParam(required = false) @Nullable String limit) {
        var conditions = new ArrayList<Bson>();
        if (actor != null) {
            conditions.add(Filters.eq("actor.id", actor));
        }
        if (type != null) {
            conditions.add(Filters.eq("type", type));
        }
        var way = Parameters.constant("via", Via.class, via);
        if (way != null) {
            conditions.add(Filters.eq("via", way.name()));
        }
        var earliest = Parameters.instant("from", from);
        if (earliest != null) {
            conditions.add(Filters.gte("recordedAt", text(earliest)));
        }
        var latest = Parameters.instant("to", to);
        if (latest != null) {
            conditions.add(Filters.lte("recordedAt", text(latest)));
        }
        var filter = conditions.isEmpty() ? Filters.empty() : Filters.and(conditions);
        var request = PageRequest.of(sort, after, limit);
        return page(
                request,
                request.newestFirst()
                        ? trail.newest(filter, request.behind(), request.oneMore())
                        : AuditTrailProjection.ofLedger(
                                models.whole(AuditTrailProjection.NAME), filter, request.behind(), request.oneMore()));
    }

    private static Page page(PageRequest request, List<AuditEntry> entries) {
        var size = request.size();
        var page = entries.subList(0, Math.min(size, entries.size()));
        return new Page(
                page.stream().map(Line::of).toList(),
                entries.size() > size ? Long.toString(page.getLast().position()) : null);
    }

    /** The sort direction, the position after which the page begins, and its size. */
    private record PageRequest(boolean newestFirst, long behind, int size) {

        static PageRequest of(@Nullable String sort, @Nullable String after, @Nullable String limit) {
            var newestFirst = switch (sort) {
                case null -> false;
                case "position" -> false;
                case "-position" -> true;
                default -> throw InvalidRequest.of("sort", "must be position, or -position for descending");
            };
            var start = newestFirst ? Long.MAX_VALUE : 0;
            return new PageRequest(
                    newestFirst,
                    after == null ? start : Parameters.number("after", after, 0, Long.MAX_VALUE),
                    Parameters.limit(limit));
        }

        /** The number of entries to read: one more than the page holds shows whether there is another page. */
        int oneMore() {
            return size + 1;
        }
    }

    /** Texts sort like instants as long as years have four digits. */
    private static String text(Instant instant) {
        var within = instant.isBefore(YEAR_1) ? YEAR_1 : instant.isAfter(YEAR_9999) ? YEAR_9999 : instant;
        return org.consentledger.query.readmodel.Bson.text(within);
    }

    record Page(List<Line> entries, @Nullable String next) {}

    /**
     * One event.
     *
     * @param personId the person of the event; null for an address without a person
     * @param address the keyed hash of that address
     */
    record Line(
            long position,
            String eventId,
            @Nullable String personId,
            @Nullable String address,
            long version,
            String type,
            Instant at,
            Instant recordedAt,
            Actor actor,
            Via via,
            String correlationId,
            @Nullable String jobId,
            List<ChangeView> changes) {

        static Line of(AuditEntry entry) {
            return new Line(
                    entry.position(),
                    entry.eventId(),
                    entry.aboutPerson() ? entry.subject() : null,
                    entry.aboutPerson() ? null : entry.subject(),
                    entry.version(),
                    entry.type(),
                    entry.at(),
                    entry.recordedAt(),
                    entry.actor(),
                    entry.via(),
                    entry.correlationId(),
                    entry.jobId(),
                    entry.changes().stream()
                            .map(change -> new ChangeView(change.field(), change.from(), change.to()))
                            .toList());
        }
    }

    record ChangeView(
            String field, @Nullable Object from, @Nullable Object to) {}
}
