package org.consentledger.command.pipeline;

import java.util.List;
import java.util.UUID;
import org.consentledger.command.person.Person;
import org.consentledger.command.registers.Registers;
import org.consentledger.kernel.person.CommandRejected;
import org.consentledger.kernel.person.CommandRejected.Rule;
import org.consentledger.kernel.person.EmailAddress;
import org.consentledger.kernel.person.PersonId;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Checks whether people may be mailed, by the same rules by which {@link Person} decides. */
@Component
public class Recipients {

    private final PersonStore people;
    private final Registers registers;

    Recipients(PersonStore people, Registers registers) {
        this.people = people;
        this.registers = registers;
    }

    /**
     * Returns the address at which a person may be mailed, also by another system.
     *
     * @param wanted the address to use, which must be one of the person's; null for the first
     * @throws CommandRejected if the person must not be mailed, or doesn't have the wanted address
     */
    @Transactional
    public String addressOf(PersonId id, @Nullable String wanted) {
        var person = personAt(id);
        if (person.version() == 0) {
            throw CommandRejected.unknownPerson();
        }
        var refusal = person.refusalOf(false);
        if (refusal != null) {
            throw new CommandRejected(refusal.rule(), "The person must not be mailed");
        }
        return person.contact().emails().stream()
                .filter(address ->
                        wanted == null || EmailAddress.comparable(address).equals(EmailAddress.comparable(wanted)))
                .findFirst()
                .orElseThrow(() -> new CommandRejected(Rule.ADDRESS_MISSING, "The person has no such e-mail address"));
    }

    /**
     * Returns whether an accepted e-mail may be sent now. Waits for an opt-out that is being recorded, and blocks later
     * ones until the current transaction ends.
     */
    @Transactional
    public boolean maySend(PersonId id, UUID emailId) {
        var person = personAt(id);
        return person.underWay().stream()
                .filter(email -> email.emailId().equals(emailId))
                .anyMatch(email -> person.refusalOf(email) == null);
    }

    private Person personAt(PersonId id) {
        registers.shareLock(id);
        return people.load(List.of(id), true).getOrDefault(id, Person.UNKNOWN);
    }
}
