package org.consentledger.query.audittrail;

import java.util.Optional;
import org.consentledger.foundation.http.InvalidRequest;
import org.consentledger.foundation.http.Permits;
import org.consentledger.foundation.store.EventFilter;
import org.consentledger.kernel.person.CommandRejected;
import org.consentledger.kernel.person.PersonId;
import org.consentledger.kernel.provenance.Role;
import org.consentledger.kernel.provenance.Via;
import org.consentledger.query.audittrail.AuditTrail.Page;
import org.consentledger.query.audittrail.AuditTrail.PageRequest;
import org.consentledger.query.readmodel.Freshness;
import org.consentledger.query.readmodel.Ledger;
import org.consentledger.query.readmodel.Parameters;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Who did what, for one person or in the whole ledger, page by page; oldest first unless told. */
@RestController
class AuditTrailController {

    private final AuditTrail trail;
    private final Ledger ledger;

    AuditTrailController(AuditTrail trail, Ledger ledger) {
        this.trail = trail;
        this.ledger = ledger;
    }

    /** The trail of a person. It is never behind: {@code minVersion} waits only for versions that are yet to come. */
    @GetMapping("/api/people/{id}/audit-trail")
    @Permits(Role.AUDITOR)
    Page ofPerson(
            @PathVariable PersonId id,
            @RequestParam(required = false) @Nullable String sort,
            @RequestParam(required = false) @Nullable String after,
            @RequestParam(required = false) @Nullable String limit,
            @RequestParam(required = false) @Nullable String minVersion) {
        var request = pageRequest(sort, after, limit);
        if (Freshness.atLeast(minVersion, () -> Optional.of(ledger.versionOf(id)), version -> version)
                .filter(version -> version > 0)
                .isEmpty()) {
            throw CommandRejected.unknownPerson();
        }
        return trail.ofPerson(id, request);
    }

    /** The trail of the whole ledger. A client that repeatedly continues after the last entry misses none. */
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
        return trail.ofLedger(
                new EventFilter(
                        actor,
                        Parameters.constant("via", Via.class, via),
                        type,
                        Parameters.instant("from", from),
                        Parameters.instant("to", to)),
                pageRequest(sort, after, limit));
    }

    private static PageRequest pageRequest(@Nullable String sort, @Nullable String after, @Nullable String limit) {
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
}
