package org.consentledger.foundation.privacy;

import javax.sql.DataSource;
import org.springframework.jdbc.core.JdbcTemplate;

/** Gives tests of other packages access to the real key store, which is package-private. */
public final class PersonKeysForTests {

    public static PersonKeys over(DataSource dataSource, KeySettings settings) {
        return new JdbcPersonKeys(new JdbcTemplate(dataSource), settings);
    }

    public static LookupHash lookupHash(KeySettings settings) {
        return new LookupHash(settings);
    }

    private PersonKeysForTests() {}
}
