package org.consentledger.command.bulk;

import jakarta.validation.Valid;
import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import org.consentledger.command.form.Consistent;
import org.consentledger.command.form.FieldRules;
import org.consentledger.kernel.person.AuthorizationType;
import org.consentledger.kernel.person.SourceType;
import org.consentledger.kernel.person.SubscriptionStatus;
import org.jspecify.annotations.Nullable;

/**
 * The people of a bulk operation, named by exactly one of the three components. They are stored when the operation is
 * started.
 */
@Consistent
record Selection(
        @Size(max = MOST_PEOPLE, message = "must have at most 100000 entries") @Nullable
        List<@NotNull(message = "must not be null") UUID> personIds,

        @AssertTrue(message = "must be true") @Nullable Boolean all,
        @Valid @Nullable Filter filter)
        implements FieldRules {

    static final int MOST_PEOPLE = 100_000;

    @Override
    public List<BrokenRule> brokenRules() {
        var given = new ArrayList<String>();
        if (personIds != null) {
            given.add("personIds");
        }
        if (all != null) {
            given.add("all");
        }
        if (filter != null) {
            given.add("filter");
        }
        if (given.isEmpty()) {
            return List.of(new BrokenRule("personIds", -1, "is required, or all, or filter"));
        }
        return given.stream()
                .skip(1)
                .map(field -> new BrokenRule(field, -1, "can't be combined with " + given.getFirst()))
                .toList();
    }

    /**
     * Selects the people who match all given codes.
     *
     * @param authorization a type, or NONE for people without an authorization
     * @param q rejected: names are encrypted on the write side, only the query side can search them
     */
    @Consistent
    record Filter(
            @Nullable AuthorizationFilter authorization,
            @Nullable SourceType source,
            @Nullable SubscriptionStatus subscription,
            @Nullable String q)
            implements FieldRules {

        @Override
        public List<BrokenRule> brokenRules() {
            if (q != null) {
                return List.of(new BrokenRule(
                        "q", -1, "can't be used here: search the people first, and send their ids as personIds"));
            }
            return Stream.of(authorization, source, subscription).allMatch(Objects::isNull)
                    ? List.of(new BrokenRule(
                            "authorization", -1, "is required, or source, or subscription; send all for everybody"))
                    : List.of();
        }
    }

    /** The types of authorization, and NONE for people without one. */
    enum AuthorizationFilter {
        NONE(null),
        CONSENT(AuthorizationType.CONSENT),
        LEGITIMATE_INTEREST(AuthorizationType.LEGITIMATE_INTEREST),
        PERFORMANCE_OF_CONTRACT(AuthorizationType.PERFORMANCE_OF_CONTRACT),
        LEGAL_OBLIGATION(AuthorizationType.LEGAL_OBLIGATION),
        VITAL_INTERESTS(AuthorizationType.VITAL_INTERESTS),
        PUBLIC_INTEREST(AuthorizationType.PUBLIC_INTEREST),
        OTHER(AuthorizationType.OTHER);

        private final @Nullable AuthorizationType type;

        AuthorizationFilter(@Nullable AuthorizationType type) {
            this.type = type;
        }

        @Nullable
        AuthorizationType type() {
            return type;
        }
    }
}
