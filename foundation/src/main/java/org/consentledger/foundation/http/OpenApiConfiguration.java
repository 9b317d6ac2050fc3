package org.consentledger.foundation.http;

import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.info.License;
import io.swagger.v3.oas.models.media.ArraySchema;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.IntegerSchema;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.ObjectSchema;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.media.StringSchema;
import io.swagger.v3.oas.models.media.UUIDSchema;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.responses.ApiResponses;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import io.swagger.v3.oas.models.security.SecurityScheme;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.stream.Collectors;
import org.consentledger.kernel.person.PersonId;
import org.consentledger.kernel.provenance.Actor;
import org.consentledger.kernel.provenance.Provenance;
import org.consentledger.kernel.provenance.Role;
import org.springdoc.core.customizers.GlobalOperationCustomizer;
import org.springdoc.core.customizers.ParameterCustomizer;
import org.springdoc.core.utils.SpringDocUtils;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Describes the API (OpenAPI 3.1): the access token, the roles of each route, and the form of a problem. */
@Configuration(proxyBeanMethods = false)
class OpenApiConfiguration {

    private static final String TOKEN = "token";
    private static final String PROBLEM = "Problem";

    static {
        SpringDocUtils.getConfig()
                .addRequestWrapperToIgnore(Actor.class, Provenance.class)
                .replaceWithSchema(PersonId.class, new UUIDSchema());
    }

    @Bean
    OpenAPI ledgerApi() {
        return new OpenAPI()
                .info(new Info()
                        .title("Consent Ledger")
                        .description(
                                "The record of why a person may be processed and contacted: every change, with its actor.")
                        .version("1")
                        .license(new License().name("Apache-2.0").identifier("Apache-2.0")))
                .components(new Components()
                        .addSecuritySchemes(
                                TOKEN,
                                new SecurityScheme()
                                        .type(SecurityScheme.Type.HTTP)
                                        .scheme("bearer")
                                        .bearerFormat("JWT")
                                        .description("An access token whose `roles` claim names the caller's roles."))
                        .addSchemas(PROBLEM, problem()));
    }

    @Bean
    GlobalOperationCustomizer rolesAndProblems() {
        return (operation, method) -> {
            var permits = method.getMethodAnnotation(Permits.class);
            if (permits != null) {
                state(permits.value(), operation);
                operation.addSecurityItem(new SecurityRequirement().addList(TOKEN));
            }
            if (operation.getResponses() == null) {
                operation.setResponses(new ApiResponses());
            }
            operation
                    .getResponses()
                    .addApiResponse(
                            "default",
                            new ApiResponse()
                                    .description("A problem (RFC 9457)")
                                    .content(new Content()
                                            .addMediaType(
                                                    "application/problem+json",
                                                    new MediaType().schema(new Schema<>().$ref(PROBLEM)))));
            return operation;
        };
    }

    /** Describes ids as UUIDs. Springdoc alone describes them as plain strings. */
    @Bean
    ParameterCustomizer ids() {
        return (described, parameter) -> {
            if (described != null && parameter.getParameterType() == PersonId.class) {
                described.setSchema(new UUIDSchema());
            }
            return described;
        };
    }

    private static void state(Role[] permitted, Operation operation) {
        var roles = EnumSet.copyOf(Arrays.asList(permitted));
        if (roles.contains(Role.OPERATOR)) {
            roles.add(Role.ADMIN);
        }
        var names = roles.stream().map(Role::claim).toList();
        var sentence = names.stream().collect(Collectors.joining(", ", "Roles: ", "."));
        var described = operation.getDescription();
        operation.setDescription(described == null ? sentence : described + "\n\n" + sentence);
        operation.addExtension("x-roles", names);
    }

    private static Schema<?> problem() {
        return new ObjectSchema()
                .addProperty("type", new StringSchema().format("uri").example("urn:consent-ledger:problem:forbidden"))
                .addProperty("title", new StringSchema())
                .addProperty("status", new IntegerSchema())
                .addProperty("detail", new StringSchema())
                .addProperty("instance", new StringSchema().format("uri-reference"))
                .addProperty(
                        "errors",
                        new ArraySchema()
                                .items(new ObjectSchema()
                                        .addProperty("field", new StringSchema())
                                        .addProperty("detail", new StringSchema())));
    }
}
