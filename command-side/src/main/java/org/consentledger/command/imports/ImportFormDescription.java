package org.consentledger.command.imports;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.Map;
import org.consentledger.command.form.AuthorizationRequest;
import org.consentledger.command.form.SourceRequest;

/** Describes the parts of {@link ImportForm} for the OpenAPI document only. */
record ImportFormDescription(
        @Schema(
                type = "string",
                format = "binary",
                requiredMode = Schema.RequiredMode.REQUIRED,
                description = "a CSV file; its encoding, separator and columns are detected")
        Object file,

        @Schema(
                description = "meanings by header, for headers that are unknown or misleading: the name of a contact"
                        + " field, fullName, optOut or ignore",
                example = "{\"account\":\"company\",\"zip\":\"ignore\"}")
        Map<String, String> mapping,

        @Schema(description = "the source of new people; by default IMPORT")
        SourceRequest source,

        @Schema(description = "the legal basis of people who have none yet")
        AuthorizationRequest authorization,

        @Schema(
                description = "true for a dry run: counts what the import would change and records nothing. If rows"
                        + " far apart in the file describe the same new person, that person is counted more than once")
        Boolean dryRun) {}
