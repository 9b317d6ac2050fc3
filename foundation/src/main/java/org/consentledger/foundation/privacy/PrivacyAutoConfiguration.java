package org.consentledger.foundation.privacy;

import javax.sql.DataSource;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.JdbcTemplate;

/** Configures the keys of people and the keyed hashes. */
@AutoConfiguration(
        afterName = {
            "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration",
            "org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration"
        })
@EnableConfigurationProperties(KeySettings.class)
public class PrivacyAutoConfiguration {

    @Bean
    PersonKeys personKeys(DataSource dataSource, KeySettings settings) {
        return new JdbcPersonKeys(new JdbcTemplate(dataSource), settings);
    }

    @Bean
    LookupHash lookupHash(KeySettings settings) {
        return new LookupHash(settings);
    }
}
