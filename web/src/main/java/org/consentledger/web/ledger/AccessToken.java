package org.consentledger.web.ledger;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.http.HttpRequest;
import org.springframework.http.client.ClientHttpRequestExecution;
import org.springframework.http.client.ClientHttpRequestInterceptor;
import org.springframework.http.client.ClientHttpResponse;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.oauth2.client.OAuth2AuthorizeRequest;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClientManager;
import org.springframework.security.oauth2.core.OAuth2AuthorizationException;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

/** Sends the token of whoever is signed in with each request, and a fresh one where the old one has run out. */
final class AccessToken implements ClientHttpRequestInterceptor {

    private static final String REGISTRATION = "ledger";

    private final OAuth2AuthorizedClientManager clients;

    AccessToken(OAuth2AuthorizedClientManager clients) {
        this.clients = clients;
    }

    @Override
    public ClientHttpResponse intercept(HttpRequest request, byte[] body, ClientHttpRequestExecution execution)
            throws IOException {
        request.getHeaders().setBearerAuth(token());
        return execution.execute(request, body);
    }

    private String token() {
        var user = SecurityContextHolder.getContext().getAuthentication();
        if (user == null
                || !(RequestContextHolder.currentRequestAttributes() instanceof ServletRequestAttributes current)) {
            throw new SignInAgain();
        }
        var asked = OAuth2AuthorizeRequest.withClientRegistrationId(REGISTRATION)
                .principal(user)
                .attribute(HttpServletRequest.class.getName(), current.getRequest());
        var response = current.getResponse();
        if (response != null) {
            asked.attribute(HttpServletResponse.class.getName(), response);
        }
        try {
            var client = clients.authorize(asked.build());
            if (client == null) {
                throw new SignInAgain();
            }
            return client.getAccessToken().getTokenValue();
        } catch (OAuth2AuthorizationException ended) {
            // The provider has ended the session, or wants to see the user
            throw new SignInAgain();
        }
    }
}
