package org.consentledger.command.imports;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.Map;
import org.consentledger.command.form.AuthorizationRequest;
import org.consentledger.command.form.SourceRequest;

/** The parts of {@link ImportForm}, for the API's description alone. */
record ImportFormDescription(
        @Schema(
                type = "string",
                format = "binary",
                requiredMode = Schema.RequiredMode.REQUIRED,
                description = "a CSV file; its encoding, separator and columns are recognised")
        Object file,

        @Schema(
                description = "by header, what a column means where its header doesn't say it: a contact field,"
                        + " fullName, optOut or ignore",
                example = "{\"account\":\"company\",\"zip\":\"ignore\"}")
        Map<String, String> mapping,

        @Schema(description = "how the data came, for people who are new; IMPORT unless said")
        SourceRequest source,

        @Schema(description = "the legal basis, for people who have none")
        AuthorizationRequest authorization,

        @Schema(
                description =
                        "true to say what would change and record nothing; somebody new whom rows far apart in the"
                                + " file name is then counted as changed more than once")
        Boolean dryRun) {}
