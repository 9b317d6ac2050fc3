package org.consentledger.command.form;

import static org.consentledger.command.form.Texts.STATEMENT;
import static org.consentledger.command.form.Texts.orAbsent;

import jakarta.validation.constraints.NotNull;
import java.util.List;
import org.consentledger.kernel.person.Source;
import org.consentledger.kernel.person.SourceType;
import org.jspecify.annotations.Nullable;

/** The source of a person's data in a request. */
@Consistent
public record SourceRequest(
        @NotNull(message = "is required") SourceType type,
        @Text(max = STATEMENT) @Nullable String description) implements FieldRules {

    @Override
    public List<BrokenRule> brokenRules() {
        return type != null && type != SourceType.OTHER && orAbsent(description) != null
                ? List.of(BrokenRule.of("description", "is accepted with OTHER alone"))
                : List.of();
    }

    /** Converts the request. MUST be called only after it has been validated. */
    public Source toSource() {
        return new Source(type, orAbsent(description));
    }
}
