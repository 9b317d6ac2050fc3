package org.consentledger.standalone;

import java.util.List;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.FullyQualifiedAnnotationBeanNameGenerator;

/** The whole ledger in one process, without anything to install: the program behind {@code ./mvnw spring-boot:run}. */
@SpringBootApplication(
        scanBasePackages = {
            "org.consentledger.standalone",
            "org.consentledger.command",
            "org.consentledger.query",
            "org.consentledger.web"
        },
        nameGenerator = FullyQualifiedAnnotationBeanNameGenerator.class) // classes of both sides share simple names
public class ConsentLedger {

    public static void main(String[] args) {
        application().run(args);
    }

    /**
     * The application with its embedded stores, not started yet.
     *
     * @param more further configuration classes
     */
    public static SpringApplication application(Class<?>... more) {
        var application = new SpringApplication(ConsentLedger.class);
        application.addPrimarySources(List.of(more));
        application.addInitializers(new OwnPort(), new EmbeddedStores());
        return application;
    }
}
