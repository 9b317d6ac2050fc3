package org.consentledger.command.jobs;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Configuration;

/** Enables {@link JobSettings} and checks them against the size of the connection pool. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(JobSettings.class)
class JobsConfiguration {

    /** A job uses one connection to write a chunk and one to read the next. Requests need connections as well. */
    private static final int CONNECTIONS_OF_A_JOB = 2;

    JobsConfiguration(
            JobSettings settings, @Value("${spring.datasource.hikari.maximum-pool-size:10}") int connections) {
        if (settings.atOnce() * CONNECTIONS_OF_A_JOB >= connections) {
            throw new IllegalArgumentException(
                    "ledger.jobs.at-once=%d needs more than %d connections: raise spring.datasource.hikari.maximum-pool-size"
                            .formatted(settings.atOnce(), settings.atOnce() * CONNECTIONS_OF_A_JOB));
        }
    }
}
