package org.consentledger.command.form;

import static org.consentledger.command.form.Texts.STATEMENT;
import static org.consentledger.command.form.Texts.orAbsent;

import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.PastOrPresent;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.consentledger.kernel.person.Authorization;
import org.consentledger.kernel.person.AuthorizationType;
import org.jspecify.annotations.Nullable;

/**
 * A legal basis in a request. A field that its type doesn't have is an error and not ignored, because the sender meant
 * something by it.
 */
@Consistent
public record AuthorizationRequest(
        @NotNull(message = "is required") AuthorizationType type,

        @PastOrPresent(message = "must not be in the future") @Nullable
        LocalDate dateOfConsent,

        @Text(max = STATEMENT, filled = true) @Nullable String purposeOfProcessing,
        @Text(max = STATEMENT) @Nullable String description)
        implements FieldRules {

    @Override
    public List<BrokenRule> brokenRules() {
        var broken = new ArrayList<BrokenRule>();
        if (type == AuthorizationType.CONSENT) {
            if (dateOfConsent == null) {
                broken.add(BrokenRule.of("dateOfConsent", "is required with CONSENT"));
            }
            if (purposeOfProcessing == null) {
                broken.add(BrokenRule.of("purposeOfProcessing", "is required with CONSENT"));
            }
        } else if (type != null) {
            if (dateOfConsent != null) {
                broken.add(BrokenRule.of("dateOfConsent", "is accepted with CONSENT alone"));
            }
            if (orAbsent(purposeOfProcessing) != null) {
                broken.add(BrokenRule.of("purposeOfProcessing", "is accepted with CONSENT alone"));
            }
        }
        if (type != null && type != AuthorizationType.OTHER && orAbsent(description) != null) {
            broken.add(BrokenRule.of("description", "is accepted with OTHER alone"));
        }
        return broken;
    }

    /** Converts the request. MUST be called only after it has been validated. */
    public Authorization toAuthorization() {
        return new Authorization(type, dateOfConsent, orAbsent(purposeOfProcessing), orAbsent(description));
    }
}
