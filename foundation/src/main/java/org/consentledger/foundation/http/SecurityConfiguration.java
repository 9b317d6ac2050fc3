package org.consentledger.foundation.http;

import static org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher.pathPattern;

import jakarta.servlet.DispatcherType;
import java.time.Clock;
import org.consentledger.kernel.provenance.Role;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpStatus;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configuration.EnableWebSecurity;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.config.observation.SecurityObservationSettings;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationConverter;
import org.springframework.security.oauth2.server.resource.web.BearerTokenAuthenticationEntryPoint;
import org.springframework.security.oauth2.server.resource.web.access.BearerTokenAccessDeniedHandler;
import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.access.AccessDeniedHandler;
import org.springframework.security.web.firewall.HttpFirewall;
import org.springframework.security.web.firewall.StrictHttpFirewall;
import org.springframework.security.web.header.writers.ContentSecurityPolicyHeaderWriter;
import org.springframework.security.web.header.writers.DelegatingRequestMatcherHeaderWriter;
import org.springframework.security.web.header.writers.ReferrerPolicyHeaderWriter.ReferrerPolicy;
import org.springframework.security.web.util.matcher.NegatedRequestMatcher;
import org.springframework.security.web.util.matcher.RequestMatcher;

/**
 * Authenticates API requests by access token alone, without sessions, cookies or login forms. Paths that aren't
 * declared here are denied.
 */
@Configuration(proxyBeanMethods = false)
@EnableWebSecurity
class SecurityConfiguration {

    /** Comes after the chains with paths of their own, such as those of the embedded issuer and the pages. */
    static final int ORDER = 1_000;

    private static final RequestMatcher SWAGGER_UI = pathPattern("/swagger-ui/**");

    @Bean
    @Order(ORDER)
    SecurityFilterChain ledgerSecurity(HttpSecurity http, JwtDecoder decoder, Clock clock) {
        var authentication = new JwtAuthenticationConverter();
        authentication.setJwtGrantedAuthoritiesConverter(new Authorities());
        return http.authorizeHttpRequests(
                        requests -> requests.dispatcherTypeMatchers(DispatcherType.ERROR, DispatcherType.ASYNC)
                                .permitAll()
                                .requestMatchers(
                                        "/actuator/health/**",
                                        "/v3/api-docs/**",
                                        "/v3/api-docs.yaml",
                                        "/swagger-ui/**",
                                        "/swagger-ui.html",
                                        "/u/**",
                                        "/error")
                                .permitAll()
                                .requestMatchers("/actuator/**")
                                .hasAuthority(Authorities.of(Role.ADMIN))
                                .requestMatchers("/api/**")
                                .authenticated()
                                .anyRequest()
                                .denyAll())
                .sessionManagement(session -> session.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                .csrf(csrf -> csrf.disable())
                .requestCache(cache -> cache.disable())
                .logout(logout -> logout.disable())
                .oauth2ResourceServer(server -> server.bearerTokenResolver(new CachingBearerTokenResolver())
                        .jwt(jwt -> jwt.decoder(new CachingJwtDecoder(decoder, clock))
                                .jwtAuthenticationConverter(authentication))
                        .protectedResourceMetadata(metadata -> metadata.protectedResourceMetadataCustomizer(
                                about -> about.tlsClientCertificateBoundAccessTokens(false)))
                        .authenticationEntryPoint(unauthenticated())
                        .accessDeniedHandler(forbidden()))
                .exceptionHandling(exceptions ->
                        exceptions.authenticationEntryPoint(unauthenticated()).accessDeniedHandler(forbidden()))
                .headers(headers -> headers.frameOptions(frame -> frame.deny())
                        .referrerPolicy(referrer -> referrer.policy(ReferrerPolicy.NO_REFERRER))
                        .addHeaderWriter(new DelegatingRequestMatcherHeaderWriter(
                                new NegatedRequestMatcher(SWAGGER_UI),
                                new ContentSecurityPolicyHeaderWriter("default-src 'none'; frame-ancestors 'none'")))
                        .addHeaderWriter(new DelegatingRequestMatcherHeaderWriter(
                                SWAGGER_UI,
                                new ContentSecurityPolicyHeaderWriter("default-src 'none'; script-src 'self'; "
                                        + "style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
                                        + "connect-src 'self'; frame-ancestors 'none'"))))
                .build();
    }

    /** As strict as Spring's own firewall, but without a regular expression over each header of each request. */
    @Bean
    HttpFirewall firewall() {
        var firewall = new StrictHttpFirewall();
        firewall.setAllowedHeaderNames(SecurityConfiguration::isText);
        firewall.setAllowedHeaderValues(SecurityConfiguration::isText);
        return firewall;
    }

    /** Whether all code points are assigned in Unicode, and the tab is the only control character. */
    private static boolean isText(String header) {
        return header.codePoints()
                .allMatch(point -> Character.isDefined(point) && (point == '\t' || !Character.isISOControl(point)));
    }

    /**
     * Turns off the observation of single filters, which costs more than the filters themselves. The request as a whole
     * is still timed.
     */
    @Bean
    SecurityObservationSettings unobservedFilters() {
        return SecurityObservationSettings.noObservations();
    }

    /** Uses Spring's entry point for the header WWW-Authenticate, and writes our problem as the body. */
    private static AuthenticationEntryPoint unauthenticated() {
        var challenge = new BearerTokenAuthenticationEntryPoint();
        return (request, response, failure) -> {
            challenge.commence(request, response, failure);
            ProblemWriter.write(request, response, HttpStatus.valueOf(response.getStatus()));
        };
    }

    private static AccessDeniedHandler forbidden() {
        var challenge = new BearerTokenAccessDeniedHandler();
        return (request, response, denied) -> {
            challenge.handle(request, response, denied);
            ProblemWriter.write(request, response, HttpStatus.valueOf(response.getStatus()));
        };
    }
}
