package org.consentledger.query;

import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.FullyQualifiedAnnotationBeanNameGenerator;

/** Serves all queries from the read models, and keeps the read models current. It writes nothing into the ledger. */
@SpringBootApplication(
        nameGenerator = FullyQualifiedAnnotationBeanNameGenerator.class) // classes of both sides share simple names
public class QuerySideApplication {

    public static void main(String[] args) {
        var application = new SpringApplication(QuerySideApplication.class);
        application.setDefaultProperties(Map.of(
                "spring.config.name", "query-side",
                "spring.application.name", "query-side",
                "server.port", "8082",
                // The command side owns the schema, and this program only reads from PostgreSQL.
                "spring.flyway.enabled", "false",
                "spring.datasource.hikari.read-only", "true"));
        application.run(args);
    }
}
