package org.consentledger.foundation.http;

import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.UUID;
import org.apache.catalina.core.StandardHost;
import org.consentledger.kernel.person.PersonId;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.security.autoconfigure.web.servlet.SecurityFilterProperties;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.validation.autoconfigure.ValidationConfigurationCustomizer;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.boot.webmvc.autoconfigure.error.ErrorMvcAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.core.Ordered;
import org.springframework.format.FormatterRegistry;
import org.springframework.http.converter.HttpMessageConverters.ServerBuilder;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;
import org.springframework.security.web.util.matcher.OrRequestMatcher;
import org.springframework.security.web.util.matcher.RequestMatcher;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/** Configures the ledger's HTTP conventions in an application, and the clock that determines its current day. */
@AutoConfiguration(
        before = ErrorMvcAutoConfiguration.class,
        beforeName = {
            "org.springframework.boot.security.autoconfigure.web.servlet.ServletWebSecurityAutoConfiguration",
            "org.springframework.boot.security.oauth2.server.resource.autoconfigure.web"
                    + ".OAuth2ResourceServerWebSecurityAutoConfiguration"
        })
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@EnableConfigurationProperties(HttpSettings.class)
@Import({SecurityConfiguration.class, OpenApiConfiguration.class, Problems.class, ErrorDispatchController.class})
public class HttpAutoConfiguration {

    private static final int CLIENTS_AT_AN_ADDRESS = 10;

    /**
     * Ticks in microseconds, the precision of the stores, so that a time in a response equals the time that is read
     * back.
     */
    @Bean
    @ConditionalOnMissingBean
    Clock ledgerClock(@Value("${ledger.time-zone:UTC}") ZoneId zone) {
        return Clock.tick(Clock.system(zone), Duration.ofNanos(1_000));
    }

    /** Makes {@code @PastOrPresent} use the ledger's current day. */
    @Bean
    ValidationConfigurationCustomizer ledgerClockInValidation(Clock clock) {
        return configuration -> configuration.clockProvider(() -> clock);
    }

    @Bean
    Caller caller(HttpSettings settings) {
        return new Caller(settings.webClient());
    }

    @Bean
    PermitsCheck permitsCheck(List<RequestMappingHandlerMapping> mappings) {
        return new PermitsCheck(mappings);
    }

    @Bean
    WebMvcConfigurer ledgerHttpConventions(Caller caller) {
        return new WebMvcConfigurer() {

            @Override
            public void addInterceptors(InterceptorRegistry registry) {
                registry.addInterceptor(new PermitsInterceptor())
                        .addPathPatterns("/api", "/api/**")
                        .order(Ordered.HIGHEST_PRECEDENCE);
            }

            @Override
            public void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
                resolvers.add(caller);
            }

            @Override
            public void addFormatters(FormatterRegistry registry) {
                registry.addConverter(String.class, UUID.class, HttpJson::uuid);
                registry.addConverter(String.class, PersonId.class, text -> new PersonId(HttpJson.uuid(text)));
            }

            @Override
            public void configureMessageConverters(ServerBuilder converters) {
                converters.withJsonConverter(new BufferedJsonConverter());
            }
        };
    }

    @Bean
    FilterRegistrationBean<CorrelationId> correlationIds() {
        return ordered(new CorrelationId(), Ordered.HIGHEST_PRECEDENCE + 10);
    }

    @Bean
    FilterRegistrationBean<UncaughtExceptionFilter> uncaughtExceptions() {
        return ordered(new UncaughtExceptionFilter(), Ordered.HIGHEST_PRECEDENCE + 15);
    }

    @Bean
    FilterRegistrationBean<RateLimitFilter> publicRateLimit(HttpSettings settings) {
        var filter = new RateLimitFilter(
                anyOf(settings.limitedPaths()),
                request -> request.getRemoteAddr(),
                settings.limitedRequestsPerMinute());
        return ordered(filter, Ordered.HIGHEST_PRECEDENCE + 20);
    }

    @Bean
    FilterRegistrationBean<RateLimitFilter> clientRateLimit(HttpSettings settings) {
        var filter = new RateLimitFilter(
                anyOf(settings.clientPaths()), ClientRateKey::of, settings.limitedRequestsPerMinute());
        return ordered(filter, Ordered.HIGHEST_PRECEDENCE + 20);
    }

    /**
     * Limits an address as a whole. It comes after the limit of each client, so that one client alone can't use it up.
     * It stops a caller that invents a new client for each request.
     */
    @Bean
    FilterRegistrationBean<RateLimitFilter> manyClientsRateLimit(HttpSettings settings) {
        var filter = new RateLimitFilter(
                anyOf(settings.clientPaths()),
                request -> request.getRemoteAddr(),
                Math.clamp((long) CLIENTS_AT_AN_ADDRESS * settings.limitedRequestsPerMinute(), 1, Integer.MAX_VALUE));
        return ordered(filter, Ordered.HIGHEST_PRECEDENCE + 21);
    }

    @Bean
    FilterRegistrationBean<RateLimitFilter> linkRateLimit(HttpSettings settings) {
        var filter = new RateLimitFilter(
                PathPatternRequestMatcher.pathPattern("/u/**"),
                request -> request.getRemoteAddr(),
                settings.linkRequestsPerMinute());
        return ordered(filter, Ordered.HIGHEST_PRECEDENCE + 20);
    }

    @Bean
    FilterRegistrationBean<FailedTokenLimitFilter> failedTokenLimit(HttpSettings settings) {
        var filter =
                ordered(new FailedTokenLimitFilter(settings.refusedTokensPerMinute()), Ordered.HIGHEST_PRECEDENCE + 25);
        filter.addUrlPatterns("/api/*", "/actuator/*");
        return filter;
    }

    @Bean
    FilterRegistrationBean<RateLimitFilter> apiRateLimit(HttpSettings settings) {
        var filter = new RateLimitFilter(
                PathPatternRequestMatcher.pathPattern("/api/**"),
                request -> tokenHolder(),
                settings.apiRequestsPerMinute());
        return ordered(filter, SecurityFilterProperties.DEFAULT_FILTER_ORDER + 10);
    }

    @Bean
    FilterRegistrationBean<BodyLimitFilter> bodyLimit(HttpSettings settings) {
        return ordered(new BodyLimitFilter(settings), SecurityFilterProperties.DEFAULT_FILTER_ORDER + 20);
    }

    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> tomcatTellsProblems() {
        return tomcat -> tomcat.addContextCustomizers(context -> {
            if (context.getParent() instanceof StandardHost host) {
                host.setErrorReportValveClass(ProblemReportValve.class.getName());
            }
        });
    }

    private static RequestMatcher anyOf(List<String> paths) {
        return paths.isEmpty()
                ? request -> false
                : new OrRequestMatcher(paths.stream()
                        .map(path -> (RequestMatcher) PathPatternRequestMatcher.pathPattern(path))
                        .toList());
    }

    private static @Nullable String tokenHolder() {
        var caller = SecurityContextHolder.getContext().getAuthentication();
        return caller == null ? null : caller.getName();
    }

    private static <F extends jakarta.servlet.Filter> FilterRegistrationBean<F> ordered(F filter, int order) {
        var registration = new FilterRegistrationBean<>(filter);
        registration.setOrder(order);
        return registration;
    }
}
