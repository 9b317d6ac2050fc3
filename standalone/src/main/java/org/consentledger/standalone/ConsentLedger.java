package org.consentledger.standalone;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** The whole ledger in one process, with nothing to install: the program behind {@code ./mvnw spring-boot:run}. */
@SpringBootApplication(
        scanBasePackages = {"org.consentledger.standalone", "org.consentledger.command", "org.consentledger.query"})
public class ConsentLedger {

    public static void main(String[] args) {
        var application = new SpringApplication(ConsentLedger.class);
        application.addInitializers(new EmbeddedStores());
        application.run(args);
    }
}
