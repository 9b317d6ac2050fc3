package org.consentledger.standalone.issuer;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.endpoint.OAuth2ParameterNames;
import org.springframework.security.oauth2.server.authorization.OAuth2Authorization;
import org.springframework.security.oauth2.server.authorization.OAuth2AuthorizationCode;
import org.springframework.security.oauth2.server.authorization.OAuth2TokenType;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;

class RecentAuthorizationsTest {

    private static final int SESSIONS = 10;
    private static final OAuth2TokenType CODE = new OAuth2TokenType(OAuth2ParameterNames.CODE);
    private static final RegisteredClient CLIENT = RegisteredClient.withId("pages")
            .clientId("pages")
            .authorizationGrantType(AuthorizationGrantType.AUTHORIZATION_CODE)
            .redirectUri("http://127.0.0.1/login")
            .build();

    private final RecentAuthorizations authorizations = new RecentAuthorizations(SESSIONS);

    @Test
    void a_session_survives_any_number_of_client_tokens() {
        authorizations.save(given("first", AuthorizationGrantType.AUTHORIZATION_CODE));

        for (int token = 0; token < 100 * SESSIONS; token++) {
            authorizations.save(given("token " + token, AuthorizationGrantType.CLIENT_CREDENTIALS));
        }

        assertThat(authorizations.findByToken("first", CODE)).isNotNull();
    }

    @Test
    void a_sign_in_beyond_the_limit_evicts_the_oldest_one() {
        for (int user = 0; user < 100 * SESSIONS; user++) {
            authorizations.save(given("user " + user, AuthorizationGrantType.AUTHORIZATION_CODE));

            assertThat(authorizations.findByToken("user " + user, CODE))
                    .as("user %d", user)
                    .isNotNull();
        }

        assertThat(authorizations.findByToken("user 0", CODE)).isNull();
        assertThat(authorizations.findByToken("user 990", CODE)).isNotNull();
    }

    private static OAuth2Authorization given(String code, AuthorizationGrantType grant) {
        var now = Instant.now();
        return OAuth2Authorization.withRegisteredClient(CLIENT)
                .id(UUID.randomUUID().toString())
                .principalName("somebody")
                .authorizationGrantType(grant)
                .token(new OAuth2AuthorizationCode(code, now, now.plusSeconds(300)))
                .build();
    }
}
