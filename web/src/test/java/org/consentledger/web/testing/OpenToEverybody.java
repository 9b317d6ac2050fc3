package org.consentledger.web.testing;

import java.time.Instant;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;
import org.springframework.core.annotation.Order;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClient;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClientManager;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.client.registration.ClientRegistrationRepository;
import org.springframework.security.oauth2.client.registration.InMemoryClientRegistrationRepository;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.security.web.SecurityFilterChain;

/** Permits all requests: there is no issuer, and the stand-in accepts any token. */
@TestConfiguration(proxyBeanMethods = false)
class OpenToEverybody {

    private static final ClientRegistration LEDGER = ClientRegistration.withRegistrationId("ledger")
            .clientId("web")
            .authorizationGrantType(AuthorizationGrantType.AUTHORIZATION_CODE)
            .redirectUri("{baseUrl}/login/oauth2/code/{registrationId}")
            .authorizationUri("http://127.0.0.1/authorize")
            .tokenUri("http://127.0.0.1/token")
            .build();

    @Bean
    ClientRegistrationRepository registrations() {
        return new InMemoryClientRegistrationRepository(LEDGER);
    }

    @Bean
    @Primary
    OAuth2AuthorizedClientManager tokenOfNobody() {
        return request -> new OAuth2AuthorizedClient(
                LEDGER,
                "nobody",
                new OAuth2AccessToken(
                        OAuth2AccessToken.TokenType.BEARER,
                        "token",
                        Instant.now(),
                        Instant.now().plusSeconds(60)));
    }

    @Bean
    @Order(0)
    SecurityFilterChain open(HttpSecurity http) {
        return http.securityMatcher(request -> true)
                .authorizeHttpRequests(requests -> requests.anyRequest().permitAll())
                .build();
    }
}
