package org.consentledger.web.audit;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.consentledger.web.ledger.Person;
import org.consentledger.web.session.Texts.InOneLanguage;
import org.jspecify.annotations.Nullable;

/** A person as they were beside how they are. */
record Comparison(List<Row> rows) {

    /** One field, in words. */
    record Row(String field, String then, String now) {

        public boolean isDifferent() {
            return !then.equals(now);
        }
    }

    static Comparison of(Person then, Person now, InOneLanguage say) {
        var rows = new ArrayList<Row>();
        var table = new Table(then, now, say, rows);
        table.row("firstName", Person::firstName);
        table.row("lastName", Person::lastName);
        table.row("company", Person::company);
        table.row("title", Person::title);
        table.row("email", person -> String.join(", ", person.emails()));
        table.row("phone", person -> String.join(", ", person.phones()));
        table.row("website", Person::website);
        table.row("facebook", Person::facebook);
        table.row("twitter", Person::twitter);
        table.row("linkedin", Person::linkedin);
        table.row("other", Person::other);
        table.row("salesforceId", Person::salesforceId);
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

    private static String authorization(Person person, InOneLanguage say) {
        return person.authorization() == null
                ? say.text("authorization.NONE")
                : say.code("authorization", person.authorization().type());
    }

    public long differences() {
        return rows.stream().filter(Row::isDifferent).count();
    }

    private record Table(Person then, Person now, InOneLanguage say, List<Row> rows) {

        /** A field that was empty and is empty says nothing. */
        void row(String field, Function<Person, @Nullable String> value) {
            var before = Objects.requireNonNullElse(value.apply(then), "");
            var after = Objects.requireNonNullElse(value.apply(now), "");
            if (!before.isEmpty() || !after.isEmpty()) {
                rows.add(new Row(say.field(field), before, after));
            }
        }
    }
}
