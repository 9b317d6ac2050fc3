package org.consentledger.web.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClient;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.client.registration.InMemoryClientRegistrationRepository;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.security.oauth2.core.OAuth2RefreshToken;
import org.springframework.web.client.ResourceAccessException;
import org.springframework.web.client.RestClient;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

/** What becomes of a sign-in whose token has run out, by what the identity provider answers. */
class AccessTokenTest {

    private final MockHttpServletRequest request = new MockHttpServletRequest();
    private HttpServer server;
    private QueryApi queries;
    private int status;
    private String answer;

    @BeforeEach
    void sign_in_long_ago() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/token", exchange -> reply(exchange, status, answer));
        server.createContext(
                "/api/name",
                exchange -> reply(exchange, 200, exchange.getRequestHeaders().getFirst("Authorization")));
        server.start();
        var address = "http://127.0.0.1:" + server.getAddress().getPort();
        var registration = ClientRegistration.withRegistrationId("ledger")
                .clientId("web")
                .clientSecret("secret")
                .authorizationGrantType(AuthorizationGrantType.AUTHORIZATION_CODE)
                .redirectUri("{baseUrl}/back")
                .authorizationUri(address + "/authorize")
                .tokenUri(address + "/token")
                .build();
        var user = new TestingAuthenticationToken("ada", "");
        SecurityContextHolder.getContext().setAuthentication(user);
        var response = new MockHttpServletResponse();
        RequestContextHolder.setRequestAttributes(new ServletRequestAttributes(request, response));
        var configuration = new LedgerConfiguration();
        var clients = configuration.authorizedClients();
        var longAgo = Instant.now().minusSeconds(3_600);
        clients.saveAuthorizedClient(
                new OAuth2AuthorizedClient(
                        registration,
                        "ada",
                        new OAuth2AccessToken(
                                OAuth2AccessToken.TokenType.BEARER, "old", longAgo, longAgo.plusSeconds(300)),
                        new OAuth2RefreshToken("refresh", longAgo)),
                user,
                request,
                response);
        var manager =
                configuration.authorizedClientManager(new InMemoryClientRegistrationRepository(registration), clients);
        queries = new QueryApi(RestClient.builder()
                .baseUrl(address)
                .requestInterceptor(new AccessToken(manager))
                .build());
    }

    @AfterEach
    void tidy() {
        server.stop(0);
        SecurityContextHolder.clearContext();
        RequestContextHolder.resetRequestAttributes();
    }

    @ParameterizedTest
    @ValueSource(strings = {"invalid_grant", "invalid_token", "interaction_required", "login_required"})
    void a_user_whose_session_the_provider_has_ended_signs_in_again(String error) {
        provider(400, "{\"error\":\"%s\"}".formatted(error));

        assertThatThrownBy(this::ask).isInstanceOf(SignInRequiredException.class);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            429 | {"type":"urn:consent-ledger:problem:too-many-requests","status":429}
            500 | {"error":"server_error"}
            503 | <html>Back soon</html>
            401 | {"error":"invalid_client"}
            400 | {"error":"temporarily_unavailable"}
            400 | <html>What?</html>
            200 | {}
            """)
    void an_error_of_the_provider_does_not_end_the_session(int status, String body) {
        provider(status, body);
        assertThatThrownBy(this::ask).isInstanceOf(ResourceAccessException.class);

        provider(200, "{\"access_token\":\"fresh\",\"token_type\":\"Bearer\",\"expires_in\":300}");
        assertThat(ask()).isEqualTo("Bearer fresh");
    }

    @Test
    void an_unreachable_provider_does_not_end_the_session() {
        server.stop(0);

        assertThatThrownBy(this::ask).isInstanceOf(ResourceAccessException.class);
        assertThat(request.getSession().getAttributeNames().hasMoreElements())
                .as("what is known of the sign-in is kept")
                .isTrue();
    }

    private String ask() {
        return queries.get("/api/name", String.class);
    }

    private void provider(int answersWith, String body) {
        status = answersWith;
        answer = body;
    }

    private static void reply(HttpExchange exchange, int status, String body) throws IOException {
        exchange.getRequestBody().readAllBytes();
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        var bytes = body.getBytes(UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }
}
