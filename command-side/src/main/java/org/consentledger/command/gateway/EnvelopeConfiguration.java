package org.consentledger.command.gateway;

import io.swagger.v3.oas.models.media.StringSchema;
import io.swagger.v3.oas.models.parameters.Parameter;
import java.util.Arrays;
import java.util.List;
import org.consentledger.command.form.Text;
import org.consentledger.foundation.http.Caller;
import org.consentledger.foundation.privacy.LookupHash;
import org.springdoc.core.customizers.GlobalOperationCustomizer;
import org.springdoc.core.customizers.PropertyCustomizer;
import org.springdoc.core.utils.SpringDocUtils;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpHeaders;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/**
 * Resolves {@link Envelope} parameters of controllers, and adds the headers that they are read from to the API's
 * description.
 */
@Configuration(proxyBeanMethods = false)
class EnvelopeConfiguration {

    static {
        SpringDocUtils.getConfig().addRequestWrapperToIgnore(Envelope.class);
    }

    @Bean
    WebMvcConfigurer envelopes(Caller caller, LookupHash hash) {
        return new WebMvcConfigurer() {

            @Override
            public void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
                resolvers.add(new EnvelopeResolver(caller, hash));
            }
        };
    }

    @Bean
    GlobalOperationCustomizer conditions() {
        return (operation, method) -> {
            if (Arrays.stream(method.getMethodParameters())
                    .anyMatch(parameter -> parameter.getParameterType() == Envelope.class)) {
                operation.addParametersItem(header(
                        EnvelopeResolver.IDEMPOTENCY_KEY,
                        "Your name for this request. The same key and body within 7 days get the same answer and"
                                + " record nothing new; the same key with another body is refused with 422."));
                operation.addParametersItem(header(
                        HttpHeaders.IF_MATCH,
                        "The version that you have seen, as `ETag` gave it. If the person has moved on, the answer"
                                + " is 412 and nothing is recorded."));
            }
            return operation;
        };
    }

    /** Adds the maximum length of {@link Text} properties to the API's description. */
    @Bean
    PropertyCustomizer textLimits() {
        return (schema, property) -> {
            if (property.getCtxAnnotations() != null) {
                for (var annotation : property.getCtxAnnotations()) {
                    if (annotation instanceof Text text) {
                        schema.setMaxLength(text.max());
                    }
                }
            }
            return schema;
        };
    }

    private static Parameter header(String name, String description) {
        return new Parameter()
                .in("header")
                .name(name)
                .description(description)
                .required(false)
                .schema(new StringSchema());
    }
}
