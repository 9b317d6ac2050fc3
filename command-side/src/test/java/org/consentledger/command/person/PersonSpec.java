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
record PersonSpec(Person person, Examples.Identities identities) {

    static PersonSpec given(PersonEvent... past) {
        return new PersonSpec(
                List.of(past).stream().reduce(Person.UNKNOWN, Person::evolve, (first, second) -> second),
                new Examples.Identities());
    }

    PersonSpec andSuppressed(String email) {
        identities.suppressed.add(Examples.hash(email));
        return this;
    }

    PersonSpec andHeldBy(PersonId holder, String email) {
        identities.holders.put(Examples.hash(email), holder);
        return this;
    }

    PersonSpec andSalesforceIdHeldBy(PersonId holder, String salesforceId) {
        identities.salesforce.put(salesforceId, holder);
        return this;
    }

    Outcome when(PersonCommand command) {
        return new Outcome(person, command, identities);
    }

    record Outcome(Person person, PersonCommand command, Examples.Identities identities) {

        void then(PersonEvent... expected) {
            assertThat(person.decide(command, identities)).containsExactly(expected);
        }

        void thenNothing() {
            then();
        }

        void thenRejected(Rule rule) {
            assertThatThrownBy(() -> person.decide(command, identities))
                    .asInstanceOf(type(CommandRejected.class))
                    .returns(rule, CommandRejected::rule);
        }

        void thenRejected(Rule rule, PersonId holder) {
            assertThatThrownBy(() -> person.decide(command, identities))
                    .asInstanceOf(type(CommandRejected.class))
                    .returns(rule, CommandRejected::rule)
                    .returns(holder, CommandRejected::holder);
        }
    }
}
