package org.consentledger.web;

import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.FullyQualifiedAnnotationBeanNameGenerator;

/** The pages as a program of their own, which calls the two sides over HTTP. */
@SpringBootApplication(nameGenerator = FullyQualifiedAnnotationBeanNameGenerator.class)
public class WebApplication {

    public static void main(String[] args) {
        var application = new SpringApplication(WebApplication.class);
        application.setDefaultProperties(
                Map.of("spring.config.name", "web", "spring.application.name", "web", "server.port", "8080"));
        application.run(args);
    }
}
