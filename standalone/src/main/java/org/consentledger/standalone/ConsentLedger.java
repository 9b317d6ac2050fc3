package org.consentledger.standalone;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.FullyQualifiedAnnotationBeanNameGenerator;

/** The whole ledger in one process, with nothing to install: the program behind {@code ./mvnw spring-boot:run}. */
@SpringBootApplication(
        scanBasePackages = {"org.consentledger.standalone", "org.consentledger.command", "org.consentledger.query"},
        nameGenerator = FullyQualifiedAnnotationBeanNameGenerator.class) // a feature has the same name on both sides
public class ConsentLedger {

    public static void main(String[] args) {
        var application = new SpringApplication(ConsentLedger.class);
        application.addInitializers(new EmbeddedStores());
        application.run(args);
    }
}
