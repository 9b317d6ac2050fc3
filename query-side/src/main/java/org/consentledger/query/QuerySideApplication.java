package org.consentledger.query;

import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.FullyQualifiedAnnotationBeanNameGenerator;

/** Answers every question from the read models, and keeps them current; it writes nothing into the ledger. */
@SpringBootApplication(nameGenerator = FullyQualifiedAnnotationBeanNameGenerator.class) // both sides name alike
public class QuerySideApplication {

    public static void main(String[] args) {
        var application = new SpringApplication(QuerySideApplication.class);
        application.setDefaultProperties(Map.of(
                "spring.config.name", "query-side",
                "spring.application.name", "query-side",
                "server.port", "8082",
                // The command side owns the schema, and nothing here has a reason to write.
                "spring.flyway.enabled", "false",
                "spring.datasource.hikari.read-only", "true"));
        application.run(args);
    }
}
