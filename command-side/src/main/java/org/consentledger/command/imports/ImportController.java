package org.consentledger.command.imports;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.validation.Validator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.consentledger.command.gateway.Envelope;
import org.consentledger.command.gateway.IdempotencyKey;
import org.consentledger.command.imports.Columns.UnusableMappingException;
import org.consentledger.command.imports.EncodingDetector.Encoding;
import org.consentledger.command.imports.UnusableFileException.Flaw;
import org.consentledger.command.jobs.JobAnswer;
import org.consentledger.command.jobs.JobKey;
import org.consentledger.command.jobs.JobKind;
import org.consentledger.command.jobs.JobService;
import org.consentledger.command.jobs.JobSettings;
import org.consentledger.command.jobs.JobStore;
import org.consentledger.command.jobs.NewJob;
import org.consentledger.foundation.http.FieldProblem;
import org.consentledger.foundation.http.HttpProblem;
import org.consentledger.foundation.http.InvalidRequest;
import org.consentledger.foundation.http.Permits;
import org.consentledger.foundation.privacy.KeySettings;
import org.consentledger.foundation.privacy.LookupHash;
import org.consentledger.kernel.provenance.Role;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody;

/** HTTP API of imports. */
@RestController
@RequestMapping(path = "/api/imports", produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "Imports", description = "Imports contacts from a CSV file as a job that can be followed and cancelled")
class ImportController {

    private final UploadStore uploads;
    private final JobStore store;
    private final JobService jobs;
    private final JobSettings settings;
    private final KeySettings keys;
    private final LookupHash hash;
    private final Validator validator;

    ImportController(
            UploadStore uploads,
            JobStore store,
            JobService jobs,
            JobSettings settings,
            KeySettings keys,
            LookupHash hash,
            Validator validator) {
        this.uploads = uploads;
        this.store = store;
        this.jobs = jobs;
        this.settings = settings;
        this.keys = keys;
        this.hash = hash;
        this.validator = validator;
    }

    @Permits(Role.OPERATOR)
    @Operation(
            summary = "Import contacts",
            description = "A row updates the person who has one of its addresses or its Salesforce id; without such a"
                    + " person it registers a new one. If several rows are about the same person, the first row counts"
                    + " and later rows fill its gaps. An opt-out in the file unsubscribes the person; no value in the"
                    + " file lifts an opt-out. A row that can't be imported is listed in the failures, and the import"
                    + " continues.",
            requestBody =
                    @RequestBody(
                            required = true,
                            content =
                                    @Content(
                                            mediaType = MediaType.MULTIPART_FORM_DATA_VALUE,
                                            schema = @Schema(implementation = ImportFormDescription.class))))
    @PostMapping(consumes = MediaType.MULTIPART_FORM_DATA_VALUE)
    ResponseEntity<JobAnswer> start(@Parameter(hidden = true) HttpServletRequest request, Envelope envelope)
            throws IOException {
        var id = UUID.randomUUID();
        var started = false;
        try {
            var answer = start(id, request, envelope);
            started = answer.getBody() != null && id.equals(answer.getBody().id());
            return answer;
        } catch (UnusableFileException unusable) {
            throw new HttpProblem(
                    HttpStatus.BAD_REQUEST,
                    unusable.flaw().slug(),
                    unusable.flaw().detail(),
                    List.of(new FieldProblem("file", unusable.flaw().detail())));
        } catch (UnusableMappingException unusable) {
            throw InvalidRequest.of("mapping." + unusable.header(), unusable.detail());
        } finally {
            if (!started) {
                uploads.delete(id);
            }
        }
    }

    private ResponseEntity<JobAnswer> start(UUID id, HttpServletRequest request, Envelope envelope) throws IOException {
        var key = JobKey.random(id, keys);
        var fileDigest = sha256();
        var partsDigest = sha256();
        var detected = new AtomicReference<@Nullable Encoding>();
        var form = ImportForm.read(
                request,
                settings.uploadLimit().toBytes(),
                validator,
                partsDigest,
                content -> detected.set(uploads.store(id, key, content, fileDigest)));
        var encoding = detected.get();
        if (encoding == null) {
            throw InvalidRequest.of("file", "is required");
        }
        var format = ContactFile.detectFormat(encoding, uploads.open(id, key));
        try (var file = ContactFile.open(uploads.open(id, key), format, form.mapping())) {
            var total = ImportWork.count(file);
            if (total == 0) {
                throw new UnusableFileException(Flaw.IMPORT_FILE_WITHOUT_ROWS);
            }
            var options = new ImportOptions(format, form.mapping(), form.source(), form.authorization());
            var idempotencyKey = keyOf(envelope, fileDigest.digest(), partsDigest.digest());
            return jobs.start(
                    JobKind.IMPORT,
                    id,
                    idempotencyKey,
                    () -> store.add(new NewJob(
                            id,
                            JobKind.IMPORT,
                            form.isDryRun(),
                            total,
                            file.columns().ignored(),
                            envelope.provenance(),
                            key,
                            options.toJson())));
        }
    }

    /**
     * Adds the hash of the upload to the fingerprint of the request. The upload itself is not kept for comparison, and
     * the same key with another file must be refused.
     */
    private @Nullable IdempotencyKey keyOf(Envelope envelope, byte[] file, byte[] parts) {
        var key = envelope.idempotencyKey();
        if (key == null) {
            return null;
        }
        var all = new ByteArrayOutputStream();
        all.writeBytes(key.fingerprint().getBytes(UTF_8));
        all.writeBytes(file);
        all.writeBytes(parts);
        return new IdempotencyKey(key.sender(), key.key(), hash.ofRequest(all.toByteArray()));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("This JVM has no SHA-256", e);
        }
    }

    @Permits(Role.OPERATOR)
    @Operation(summary = "Status of an import")
    @GetMapping("/{id}")
    ResponseEntity<JobAnswer> show(@PathVariable UUID id) {
        return jobs.show(JobKind.IMPORT, id);
    }

    @Permits(Role.OPERATOR)
    @Operation(summary = "The rows that could not be imported, with the reason, as CSV: line,column,reason")
    @GetMapping(path = "/{id}/failures", produces = "text/csv")
    ResponseEntity<StreamingResponseBody> failures(@PathVariable UUID id) {
        return jobs.failures(JobKind.IMPORT, id);
    }

    @Permits(Role.OPERATOR)
    @Operation(summary = "Follow an import: an event `progress` at each change of its progress, until it has ended")
    @GetMapping(path = "/{id}/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    SseEmitter follow(@PathVariable UUID id) {
        return jobs.follow(JobKind.IMPORT, id);
    }

    @Permits(Role.OPERATOR)
    @Operation(summary = "Cancel an import; changes that it has made stay")
    @DeleteMapping("/{id}")
    ResponseEntity<JobAnswer> cancel(@PathVariable UUID id) {
        return jobs.cancel(JobKind.IMPORT, id);
    }
}
