package org.consentledger.command.imports;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.validation.Validator;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.consentledger.command.imports.Columns.UnusableMappingException;
import org.consentledger.command.jobs.JobSettings;
import org.consentledger.foundation.http.FieldProblem;
import org.consentledger.foundation.http.HttpProblem;
import org.consentledger.foundation.http.InvalidRequest;
import org.consentledger.foundation.http.Permits;
import org.consentledger.kernel.provenance.Role;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** HTTP API for the preview of a contact file. It stores nothing of the file. */
@RestController
@Tag(name = "Imports")
class ImportPreviewController {

    private final JobSettings settings;
    private final Validator validator;

    ImportPreviewController(JobSettings settings, Validator validator) {
        this.settings = settings;
        this.validator = validator;
    }

    @Permits(Role.OPERATOR)
    @Operation(
            summary = "Preview how an import reads a contact file",
            description = "Returns the meaning of each column and its first cells. Takes the same form as an import.",
            requestBody =
                    @RequestBody(
                            required = true,
                            content =
                                    @Content(
                                            mediaType = MediaType.MULTIPART_FORM_DATA_VALUE,
                                            schema = @Schema(implementation = ImportFormDescription.class))))
    @PostMapping(
            path = "/api/imports/preview",
            consumes = MediaType.MULTIPART_FORM_DATA_VALUE,
            produces = MediaType.APPLICATION_JSON_VALUE)
    ImportPreview preview(@Parameter(hidden = true) HttpServletRequest request) throws IOException {
        var read = new AtomicReference<ImportPreview.@Nullable FileStart>();
        try {
            var form = ImportForm.read(
                    request,
                    settings.uploadLimit().toBytes(),
                    validator,
                    digest(),
                    content -> read.set(ImportPreview.FileStart.of(content)));
            var start = read.get();
            if (start == null) {
                throw InvalidRequest.of("file", "is required");
            }
            return ImportPreview.of(start, form.mapping());
        } catch (UnusableFileException unusable) {
            throw new HttpProblem(
                    HttpStatus.BAD_REQUEST,
                    unusable.flaw().slug(),
                    unusable.flaw().detail(),
                    List.of(new FieldProblem("file", unusable.flaw().detail())));
        } catch (UnusableMappingException unusable) {
            throw InvalidRequest.of("mapping." + unusable.header(), unusable.detail());
        }
    }

    private static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("This JVM has no SHA-256", e);
        }
    }
}
