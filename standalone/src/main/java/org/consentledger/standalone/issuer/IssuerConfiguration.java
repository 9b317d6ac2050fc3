package org.consentledger.standalone.issuer;

import static java.util.stream.Collectors.joining;
import static org.springframework.security.config.Customizer.withDefaults;

import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;
import java.util.Set;
import org.consentledger.standalone.secrets.Credentials;
import org.consentledger.standalone.secrets.Keys;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.http.MediaType;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtValidators;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.security.oauth2.server.authorization.OAuth2AuthorizationService;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.settings.AuthorizationServerSettings;
import org.springframework.security.oauth2.server.authorization.token.JwtEncodingContext;
import org.springframework.security.oauth2.server.authorization.token.OAuth2TokenCustomizer;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.authentication.LoginUrlAuthenticationEntryPoint;
import org.springframework.security.web.util.matcher.MediaTypeRequestMatcher;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(IssuerSettings.class)
class IssuerConfiguration {

    /** The endpoints of the protocol. The chain precedes those of the two sides, which would deny unknown paths. */
    @Bean
    @Order(1)
    SecurityFilterChain issuerEndpoints(HttpSecurity http) {
        var pageWanted = new MediaTypeRequestMatcher(MediaType.TEXT_HTML);
        pageWanted.setIgnoredMediaTypes(Set.of(MediaType.ALL));
        return http.oauth2AuthorizationServer(server -> {
                    http.securityMatcher(server.getEndpointsMatcher());
                    server.oidc(withDefaults());
                })
                .authorizeHttpRequests(requests -> requests.anyRequest().authenticated())
                .oauth2ResourceServer(resource -> resource.jwt(withDefaults()))
                .exceptionHandling(handling -> handling.defaultAuthenticationEntryPointFor(
                        new LoginUrlAuthenticationEntryPoint("/login"), pageWanted))
                .build();
    }

    /** The sign-in form. */
    @Bean
    @Order(2)
    SecurityFilterChain signIn(HttpSecurity http, IssuerSettings settings) {
        return http.securityMatcher("/login", "/logout")
                .authorizeHttpRequests(requests -> requests.anyRequest().authenticated())
                .formLogin(form -> form.loginPage("/login").permitAll())
                .headers(headers -> headers.frameOptions(frame -> frame.deny())
                        .contentSecurityPolicy(policy -> policy.policyDirectives(contentPolicy(settings))))
                .build();
    }

    /** The form redirects to the pages that asked for the sign-in, and browsers apply form-action to redirects too. */
    private static String contentPolicy(IssuerSettings settings) {
        var formTargets =
                settings.furtherPages().stream().map(pages -> " " + pages).collect(joining());
        return "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
                + "form-action 'self'" + formTargets + "; frame-ancestors 'none'; base-uri 'none'";
    }

    @Bean
    AuthorizationServerSettings authorizationServerSettings(IssuerSettings settings) {
        return AuthorizationServerSettings.builder()
                .issuer(settings.issuer().toString())
                .build();
    }

    @Bean
    JWKSource<SecurityContext> signingKeys(Keys keys) {
        return new ImmutableJWKSet<>(new JWKSet(keys.signingJwk()));
    }

    /**
     * Verifies tokens with the key that signs them. A ledger that is starting can't fetch the key from itself over
     * HTTP.
     */
    @Bean
    JwtDecoder jwtDecoder(JWKSource<SecurityContext> signingKeys, IssuerSettings settings) {
        var decoder = NimbusJwtDecoder.withJwkSource(signingKeys).build();
        decoder.setJwtValidator(
                JwtValidators.createDefaultWithIssuer(settings.issuer().toString()));
        return decoder;
    }

    @Bean
    OAuth2TokenCustomizer<JwtEncodingContext> claims() {
        return new TokenClaims();
    }

    @Bean
    OAuth2AuthorizationService authorizations() {
        return new RecentAuthorizations();
    }

    @Bean
    RegisteredClientRepository clients(
            Credentials credentials, Keys keys, IssuerSettings settings, PasswordEncoder encoder) {
        return new ClientRegistrations(credentials, keys, settings, encoder).repository();
    }

    @Bean
    UserDetailsService users(Credentials credentials, PasswordEncoder encoder) {
        return new CredentialsUserDetailsService(credentials, encoder);
    }

    /**
     * The secrets are long and random, so a high cost of hashing adds no protection. A low cost keeps token requests
     * fast.
     */
    @Bean
    PasswordEncoder passwordEncoder() {
        return new BCryptPasswordEncoder(8);
    }
}
