package org.consentledger.query.people;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.util.UUID;
import org.consentledger.foundation.http.HttpProblem;
import org.consentledger.foundation.http.Permits;
import org.consentledger.kernel.person.CommandRejected;
import org.consentledger.kernel.person.PersonEvent;
import org.consentledger.kernel.person.PersonEvent.PersonErased;
import org.consentledger.kernel.person.PersonEvent.PersonExported;
import org.consentledger.kernel.person.PersonId;
import org.consentledger.kernel.provenance.Actor;
import org.consentledger.kernel.provenance.Role;
import org.consentledger.query.readmodel.Ledger;
import org.consentledger.query.readmodel.Recorded;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/**
 * Serves the file of a recorded export: the person as of the {@code PersonExported} event, folded from the ledger. So
 * the file is available at once and is the same every time. Data that was recorded later leaves the ledger only by
 * another export, which is recorded too.
 */
@RestController
class ExportController {

    private static final MediaType CSV = new MediaType("text", "csv", UTF_8);

    private final Ledger ledger;

    ExportController(Ledger ledger) {
        this.ledger = ledger;
    }

    @GetMapping("/api/people/{id}/exports/{exportId}")
    @Permits({Role.OPERATOR, Role.AUDITOR})
    ResponseEntity<byte[]> download(@PathVariable PersonId id, @PathVariable UUID exportId, Actor caller) {
        var export = new Export(exportId);
        ledger.history(id, 0, export::fold);
        if (export.now == null) {
            throw CommandRejected.unknownPerson();
        }
        if (export.erased) {
            throw CommandRejected.erasedPerson();
        }
        if (export.exported == null || export.by == null || export.at == null) {
            throw new HttpProblem(HttpStatus.NOT_FOUND, "unknown-export", "There is no such export of this person.");
        }
        if (!export.by.id().equals(caller.id()) && !caller.roles().contains(Role.AUDITOR.claim())) {
            throw new AccessDeniedException("This export belongs to another user");
        }
        return ResponseEntity.ok()
                .contentType(CSV)
                .header(
                        HttpHeaders.CONTENT_DISPOSITION,
                        ContentDisposition.attachment()
                                .filename("person-" + id + ".csv")
                                .build()
                                .toString())
                .body(ExportCsv.of(export.exported, export.at).getBytes(UTF_8));
    }

    /** A fold that keeps the state of the person at the moment of the export. */
    private static final class Export {

        private final UUID exportId;
        private @Nullable PersonDocument now;
        private @Nullable PersonDocument exported;
        private @Nullable Actor by;
        private @Nullable Instant at;
        private boolean erased;

        Export(UUID exportId) {
            this.exportId = exportId;
        }

        void fold(Recorded<PersonEvent> recorded) {
            now = PersonDocument.evolve(now, recorded);
            erased |= recorded.event() instanceof PersonErased;
            if (recorded.event() instanceof PersonExported export
                    && export.exportId().equals(exportId)) {
                exported = now;
                by = recorded.provenance().actor();
                at = export.at();
            }
        }
    }
}
