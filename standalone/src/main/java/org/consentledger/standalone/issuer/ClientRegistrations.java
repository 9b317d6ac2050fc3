package org.consentledger.standalone.issuer;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.consentledger.standalone.secrets.Credentials;
import org.consentledger.standalone.secrets.Keys;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.core.oidc.OidcScopes;
import org.springframework.security.oauth2.server.authorization.client.InMemoryRegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.settings.ClientSettings;
import org.springframework.security.oauth2.server.authorization.settings.TokenSettings;

/**
 * Builds the OAuth clients: those of the credentials file, which get tokens for themselves, and the web pages, which
 * get tokens for users.
 */
final class ClientRegistrations {

    /** The client setting that holds the roles in the tokens of a client. */
    static final String ROLES = "ledger.roles";

    private static final String WEB = "web";

    private final Credentials credentials;
    private final Keys keys;
    private final IssuerSettings settings;
    private final PasswordEncoder encoder;

    ClientRegistrations(Credentials credentials, Keys keys, IssuerSettings settings, PasswordEncoder encoder) {
        this.credentials = credentials;
        this.keys = keys;
        this.settings = settings;
        this.encoder = encoder;
    }

    RegisteredClientRepository repository() {
        var clients = new ArrayList<RegisteredClient>();
        credentials.clients().stream().map(this::application).forEach(clients::add);
        clients.add(webPages());
        return new InMemoryRegisteredClientRepository(clients);
    }

    private RegisteredClient application(Credentials.Client client) {
        return client(client.clientId(), client.clientSecret())
                .authorizationGrantType(AuthorizationGrantType.CLIENT_CREDENTIALS)
                .clientSettings(ClientSettings.builder()
                        .setting(ROLES, List.copyOf(client.roles()))
                        .build())
                .tokenSettings(tokens().build())
                .build();
    }

    private RegisteredClient webPages() {
        return client(WEB, keys.webClientSecret())
                .authorizationGrantType(AuthorizationGrantType.AUTHORIZATION_CODE)
                .authorizationGrantType(AuthorizationGrantType.REFRESH_TOKEN)
                .redirectUris(all -> settings.pages().forEach(pages -> all.add(pages + "/login/oauth2/code/ledger")))
                .postLogoutRedirectUris(all -> settings.pages().forEach(pages -> all.add(pages + "/")))
                .scope(OidcScopes.OPENID)
                .scope(OidcScopes.PROFILE)
                .clientSettings(ClientSettings.builder().requireProofKey(true).build())
                .tokenSettings(tokens().refreshTokenTimeToLive(RecentAuthorizations.LIFETIME)
                        .reuseRefreshTokens(false)
                        .build())
                .build();
    }

    private RegisteredClient.Builder client(String id, String secret) {
        return RegisteredClient.withId(id)
                .clientId(id)
                .clientSecret(encoder.encode(secret))
                .clientAuthenticationMethod(ClientAuthenticationMethod.CLIENT_SECRET_BASIC)
                .clientAuthenticationMethod(ClientAuthenticationMethod.CLIENT_SECRET_POST);
    }

    private TokenSettings.Builder tokens() {
        return TokenSettings.builder()
                .accessTokenTimeToLive(settings.tokenLifetime())
                .authorizationCodeTimeToLive(Duration.ofMinutes(2));
    }
}
