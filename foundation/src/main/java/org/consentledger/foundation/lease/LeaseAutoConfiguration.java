package org.consentledger.foundation.lease;

import javax.sql.DataSource;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.JdbcTemplate;

/** Configures the leases. */
@AutoConfiguration(afterName = "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration")
public class LeaseAutoConfiguration {

    @Bean
    Leases leases(DataSource dataSource) {
        return new Leases(new JdbcTemplate(dataSource));
    }
}
