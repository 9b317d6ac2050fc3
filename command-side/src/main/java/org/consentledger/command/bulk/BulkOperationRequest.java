package org.consentledger.command.bulk;

import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import java.util.ArrayList;
import java.util.List;
import org.consentledger.command.form.AuthorizationRequest;
import org.consentledger.command.form.Consistent;
import org.consentledger.command.form.FieldRules;
import org.consentledger.command.form.SourceRequest;
import org.consentledger.kernel.person.UnsubscribeReason;
import org.jspecify.annotations.Nullable;

/**
 * A command and the people it is for. A part that the command doesn't use is an error, because the sender meant
 * something by it.
 */
@Consistent
record BulkOperationRequest(
        @NotNull(message = "is required") BulkCommand command,
        @Valid @Nullable AuthorizationRequest authorization,
        @Valid @Nullable SourceRequest source,
        @Nullable UnsubscribeReason reason,
        @NotNull(message = "is required") @Valid Selection selection,
        @Nullable Boolean dryRun)
        implements FieldRules {

    /** The commands that make sense for many people at once. */
    enum BulkCommand {
        SET_AUTHORIZATION,
        SET_SOURCE,
        UNSUBSCRIBE
    }

    @Override
    public List<BrokenRule> brokenRules() {
        var broken = new ArrayList<BrokenRule>();
        check(broken, "authorization", authorization, BulkCommand.SET_AUTHORIZATION, true);
        check(broken, "source", source, BulkCommand.SET_SOURCE, true);
        check(broken, "reason", reason, BulkCommand.UNSUBSCRIBE, false);
        return broken;
    }

    private void check(
            List<BrokenRule> broken, String field, @Nullable Object value, BulkCommand with, boolean required) {
        if (command == with && required && value == null) {
            broken.add(new BrokenRule(field, -1, "is required with " + with));
        } else if (command != null && command != with && value != null) {
            broken.add(new BrokenRule(field, -1, "is accepted with " + with + " alone"));
        }
    }

    boolean isDryRun() {
        return Boolean.TRUE.equals(dryRun);
    }
}
