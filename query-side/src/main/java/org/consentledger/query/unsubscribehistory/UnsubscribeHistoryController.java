package org.consentledger.query.unsubscribehistory;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.consentledger.foundation.http.Permits;
import org.consentledger.kernel.person.CommandRejected;
import org.consentledger.kernel.person.PersonId;
import org.consentledger.kernel.person.UnsubscribeReason;
import org.consentledger.kernel.provenance.Role;
import org.consentledger.kernel.provenance.Via;
import org.consentledger.query.readmodel.ActorView;
import org.consentledger.query.readmodel.Freshness;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Lists the opt-outs and opt-ins of a person, newest last. */
@RestController
class UnsubscribeHistoryController {

    private final UnsubscribeHistoryProjection histories;

    UnsubscribeHistoryController(UnsubscribeHistoryProjection histories) {
        this.histories = histories;
    }

    @GetMapping("/api/people/{id}/unsubscribe-history")
    @Permits({Role.OPERATOR, Role.AUDITOR})
    View show(@PathVariable PersonId id, @RequestParam(required = false) @Nullable String minVersion) {
        return Freshness.atLeast(minVersion, () -> histories.find(id), UnsubscribeHistory::version)
                .map(View::of)
                .orElseThrow(CommandRejected::unknownPerson);
    }

    record View(PersonId personId, long version, List<Line> entries) {

        static View of(UnsubscribeHistory history) {
            return new View(
                    history.personId(),
                    history.version(),
                    history.entries().stream().map(Line::of).toList());
        }
    }

    record Line(
            Instant date,
            String details,
            @Nullable UnsubscribeReason reason,
            @Nullable String comment,
            String source,
            Via via,
            ActorView by,
            @Nullable EvidenceView evidence) {

        static Line of(UnsubscribeHistory.Entry entry) {
            var proof = entry.evidence();
            return new Line(
                    entry.date(),
                    entry.direction().label(),
                    entry.reason(),
                    entry.comment(),
                    entry.source(),
                    entry.via(),
                    entry.by(),
                    proof == null
                            ? null
                            : new EvidenceView(
                                    proof.dateOfConsent(),
                                    proof.purposeOfProcessing(),
                                    proof.givenHow(),
                                    proof.reference(),
                                    proof.approval()));
        }
    }

    /**
     * The evidence of an approved opt-in.
     *
     * @param reason the approver's reason
     */
    record EvidenceView(
            LocalDate dateOfConsent,
            @Nullable String purposeOfProcessing,
            @Nullable String givenHow,
            @Nullable String reference,
            @Nullable String reason) {}
}
