package org.consentledger.web.audit;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.consentledger.web.ledger.PersonDetail;
import org.consentledger.web.session.Texts.LocalizedTexts;
import org.jspecify.annotations.Nullable;

/** The state of a person at an instant, next to the current one. */
record Comparison(List<Row> rows) {

    /** One field as text. */
    record Row(String field, String then, String now) {

        public boolean isDifferent() {
            return !then.equals(now);
        }
    }

    static Comparison of(PersonDetail then, PersonDetail now, LocalizedTexts say) {
        var rows = new ArrayList<Row>();
        var table = new Table(then, now, say, rows);
        table.row("firstName", PersonDetail::firstName);
        table.row("lastName", PersonDetail::lastName);
        table.row("company", PersonDetail::company);
        table.row("title", PersonDetail::title);
        table.row("email", person -> String.join(", ", person.emails()));
        table.row("phone", person -> String.join(", ", person.phones()));
        table.row("website", PersonDetail::website);
        table.row("facebook", PersonDetail::facebook);
        table.row("twitter", PersonDetail::twitter);
        table.row("linkedin", PersonDetail::linkedin);
        table.row("other", PersonDetail::other);
        table.row("salesforceId", PersonDetail::salesforceId);
        table.row("authorizationType", person -> authorization(person, say));
        table.row(
                "dateOfConsent",
                person -> person.authorization() == null
                        ? null
                        : say.date(person.authorization().dateOfConsent()));
        table.row(
                "purposeOfProcessing",
                person -> person.authorization() == null
                        ? null
                        : person.authorization().purposeOfProcessing());
        table.row(
                "authorizationDescription",
                person -> person.authorization() == null
                        ? null
                        : person.authorization().description());
        table.row("sourceType", person -> say.code("source", person.source().type()));
        table.row("sourceDescription", person -> person.source().description());
        table.row(
                "subscription",
                person -> say.code("subscription", person.subscription().status()));
        table.row(
                "subscription.reason",
                person -> say.code("reason", person.subscription().reason()));
        table.row(
                "resubscribeRequest",
                person -> person.subscription().resubscribeRequest() == null ? null : say.text("code.PENDING"));
        return new Comparison(rows);
    }

    private static String authorization(PersonDetail person, LocalizedTexts say) {
        return person.authorization() == null
                ? say.text("authorization.NONE")
                : say.code("authorization", person.authorization().type());
    }

    public long differences() {
        return rows.stream().filter(Row::isDifferent).count();
    }

    private record Table(PersonDetail then, PersonDetail now, LocalizedTexts say, List<Row> rows) {

        /** Skips a field that is empty in both states. */
        void row(String field, Function<PersonDetail, @Nullable String> value) {
            var before = Objects.requireNonNullElse(value.apply(then), "");
            var after = Objects.requireNonNullElse(value.apply(now), "");
            if (!before.isEmpty() || !after.isEmpty()) {
                rows.add(new Row(say.field(field), before, after));
            }
        }
    }
}
