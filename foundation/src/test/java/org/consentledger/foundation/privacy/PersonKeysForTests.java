package org.consentledger.foundation.privacy;

import javax.sql.DataSource;
import org.springframework.jdbc.core.JdbcTemplate;

/** Lets tests of other packages have the real keys, which stay package-private. */
public final class PersonKeysForTests {

    public static PersonKeys over(DataSource dataSource, KeySettings settings) {
        return new JdbcPersonKeys(new JdbcTemplate(dataSource), settings);
    }

    public static LookupHash lookupHash(KeySettings settings) {
        return new LookupHash(settings);
    }

    private PersonKeysForTests() {}
}
