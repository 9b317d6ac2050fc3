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

    private final AuditTrail trail;
    private final ReadModels models;

    AuditTrailController(AuditTrail trail, ReadModels models) {
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
        var stretch = Stretch.of(sort, after, limit);
        if (Freshness.atLeast(minVersion, () -> trail.versionOf(id.toString()), known -> known)
                .isEmpty()) {
            throw CommandRejected.unknownPerson();
        }
        return page(
                stretch,
                stretch.newestFirst()
                        ? trail.newest(Filters.eq("subject", id.toString()), stretch.behind(), stretch.oneMore())
                        : trail.ofPerson(id.toString(), stretch.behind(), stretch.oneMore()));
    }

    /**
     * Oldest first it ends where something earlier may still come in, so that whoever goes on behind the last entry, as
     * often as they like, has missed none.
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
        var stretch = Stretch.of(sort, after, limit);
        return page(
                stretch,
                stretch.newestFirst()
                        ? trail.newest(filter, stretch.behind(), stretch.oneMore())
                        : AuditTrail.ofLedger(
                                models.whole(AuditTrail.NAME), filter, stretch.behind(), stretch.oneMore()));
    }

    private static Page page(Stretch stretch, List<AuditEntry> entries) {
        var size = stretch.size();
        var page = entries.subList(0, Math.min(size, entries.size()));
        return new Page(
                page.stream().map(Line::of).toList(),
                entries.size() > size ? Long.toString(page.getLast().position()) : null);
    }

    /** Which way a page goes, behind which position it begins, and how many entries it has. */
    private record Stretch(boolean newestFirst, long behind, int size) {

        static Stretch of(@Nullable String sort, @Nullable String after, @Nullable String limit) {
            var newestFirst = switch (sort) {
                case null -> false;
                case "position" -> false;
                case "-position" -> true;
                default -> throw InvalidRequest.of("sort", "must be position, or -position for descending");
            };
            var start = newestFirst ? Long.MAX_VALUE : 0;
            return new Stretch(
                    newestFirst,
                    after == null ? start : Parameters.number("after", after, 0, Long.MAX_VALUE),
                    Parameters.limit(limit));
        }

        /** How many entries are asked for, to see whether there is another page. */
        int oneMore() {
            return size + 1;
        }
    }

    /** The order of texts is that of instants as long as years have four digits. */
    private static String text(Instant instant) {
        var within = instant.isBefore(YEAR_1) ? YEAR_1 : instant.isAfter(YEAR_9999) ? YEAR_9999 : instant;
        return org.consentledger.query.readmodel.Bson.text(within);
    }

    record Page(List<Line> entries, @Nullable String next) {}

    /**
     * One event.
     *
     * @param personId whom it is about; none for an address that nobody had
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
