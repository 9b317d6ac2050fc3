package org.consentledger.command.registers;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.util.List;
import org.consentledger.command.CommandSideTest;
import org.consentledger.command.gateway.CommandDispatcher;
import org.consentledger.command.gateway.Envelope;
import org.consentledger.foundation.privacy.PersonKeys;
import org.consentledger.kernel.person.ContactData;
import org.consentledger.kernel.person.ContactField;
import org.consentledger.kernel.person.PersonCommand.ErasePerson;
import org.consentledger.kernel.person.PersonCommand.RegisterPerson;
import org.consentledger.kernel.person.PersonId;
import org.consentledger.kernel.person.Source;
import org.consentledger.kernel.person.SourceType;
import org.consentledger.kernel.provenance.Actor;
import org.consentledger.kernel.provenance.Provenance;
import org.consentledger.kernel.provenance.Via;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.JdbcTemplate;

@CommandSideTest
class RestoredKeysTest {

    @Autowired
    private CommandDispatcher commands;

    @Autowired
    private PersonKeys keys;

    @Autowired
    private RestoredKeys restoredKeys;

    @Autowired
    private JdbcTemplate jdbc;

    @Autowired
    private Clock clock;

    @Test
    void a_key_that_a_backup_brought_back_is_destroyed_again_at_the_next_start() {
        var erased = register("erased@example.org");
        var known = register("known@example.org");
        var backup = jdbc.queryForMap("SELECT wrapped FROM keys.person_key WHERE person_id = ?", erased.value());
        commands.send(new ErasePerson(erased, "asked for it", clock.instant()), Envelope.of(BY_AN_ADMIN));
        jdbc.update(
                "UPDATE keys.person_key SET wrapped = ?, destroyed_at = NULL WHERE person_id = ?",
                backup.get("wrapped"),
                erased.value());
        keys.evict(erased);
        assertThat(keys.find(erased)).isPresent();

        restoredKeys.afterSingletonsInstantiated();

        assertThat(keys.find(erased)).isEmpty();
        assertThat(keys.find(known)).isPresent();
    }

    private static final Provenance BY_AN_ADMIN =
            new Provenance(new Actor("u-1", "Anna Admin", List.of("admin")), Via.API, "request-1", null);

    private PersonId register(String email) {
        return commands.send(
                        new RegisterPerson(
                                PersonId.random(),
                                ContactData.NONE.with(ContactField.EMAILS, List.of(email)),
                                Source.of(SourceType.IMPORT),
                                null,
                                clock.instant()),
                        Envelope.of(BY_AN_ADMIN))
                .personId();
    }
}
