package org.consentledger.command;

import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.FullyQualifiedAnnotationBeanNameGenerator;

/** Runs the write side as a process of its own, without the query side. */
@SpringBootApplication(nameGenerator = FullyQualifiedAnnotationBeanNameGenerator.class) // both sides name alike
public class CommandSideApplication {

    public static void main(String[] args) {
        var application = new SpringApplication(CommandSideApplication.class);
        application.setDefaultProperties(Map.of(
                "spring.config.name",
                "command-side",
                "spring.application.name",
                "command-side",
                "server.port",
                "8081"));
        application.run(args);
    }
}
