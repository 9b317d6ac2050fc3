package org.consentledger.command.registers;

import java.util.UUID;
import org.consentledger.foundation.privacy.PersonKeys;
import org.consentledger.kernel.person.PersonId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/**
 * Destroys keys that a restored backup has brought back although the ledger records the erasure of their people. It
 * runs before the web server accepts requests.
 */
@Component
class RestoredKeys implements SmartInitializingSingleton {

    private static final Logger LOG = LoggerFactory.getLogger(RestoredKeys.class);

    private final JdbcTemplate jdbc;
    private final PersonKeys keys;

    RestoredKeys(JdbcTemplate jdbc, PersonKeys keys) {
        this.jdbc = jdbc;
        this.keys = keys;
    }

    /** Looks for the type 16, PersonErased: a constant lets PostgreSQL use the index of erasures. */
    @Override
    public void afterSingletonsInstantiated() {
        var erased = jdbc
                .queryForList(
                        "SELECT person_id FROM keys.person_key JOIN event ON stream = person_id"
                                + " WHERE type = 16 AND wrapped IS NOT NULL",
                        UUID.class)
                .stream()
                .map(PersonId::new)
                .toList();
        if (!erased.isEmpty()) {
            keys.destroy(erased);
            LOG.warn("Destroyed {} keys of erased people that had come back, as from a backup", erased.size());
        }
    }
}
