package org.consentledger.command.form;

import static org.consentledger.command.form.Texts.STATEMENT;
import static org.consentledger.command.form.Texts.orAbsent;

import jakarta.validation.constraints.NotNull;
import java.util.List;
import org.consentledger.kernel.person.Source;
import org.consentledger.kernel.person.SourceType;
import org.jspecify.annotations.Nullable;

/** Where a person's data came from, as it is sent to us. */
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

    /** What was asked for; only to be called once it has been found valid. */
    public Source toSource() {
        return new Source(type, orAbsent(description));
    }
}
