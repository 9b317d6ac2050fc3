package org.consentledger.command.person;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import java.util.List;
import org.consentledger.kernel.person.CommandRejected;
import org.consentledger.kernel.person.CommandRejected.Rule;
import org.consentledger.kernel.person.PersonCommand;
import org.consentledger.kernel.person.PersonEvent;
import org.consentledger.kernel.person.PersonId;

/** given events and what is known of others, when command, then events: the whole vocabulary of {@link PersonTest}. */
record PersonSpec(Person person, Examples.Book book) {

    static PersonSpec given(PersonEvent... past) {
        return new PersonSpec(
                List.of(past).stream().reduce(Person.UNKNOWN, Person::evolve, (first, second) -> second),
                new Examples.Book());
    }

    PersonSpec andSuppressed(String email) {
        book.suppressed.add(Examples.hash(email));
        return this;
    }

    PersonSpec andHeldBy(PersonId holder, String email) {
        book.holders.put(Examples.hash(email), holder);
        return this;
    }

    PersonSpec andSalesforceIdHeldBy(PersonId holder, String salesforceId) {
        book.salesforce.put(salesforceId, holder);
        return this;
    }

    Outcome when(PersonCommand command) {
        return new Outcome(person, command, book);
    }

    record Outcome(Person person, PersonCommand command, Examples.Book book) {

        void then(PersonEvent... expected) {
            assertThat(person.decide(command, book)).containsExactly(expected);
        }

        void thenNothing() {
            then();
        }

        void thenRejected(Rule rule) {
            assertThatThrownBy(() -> person.decide(command, book))
                    .asInstanceOf(type(CommandRejected.class))
                    .returns(rule, CommandRejected::rule);
        }

        void thenRejected(Rule rule, PersonId holder) {
            assertThatThrownBy(() -> person.decide(command, book))
                    .asInstanceOf(type(CommandRejected.class))
                    .returns(rule, CommandRejected::rule)
                    .returns(holder, CommandRejected::holder);
        }
    }
}
