package org.consentledger.web.ledger;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpRequest;
import org.springframework.http.client.ClientHttpRequestExecution;
import org.springframework.http.client.ClientHttpRequestInterceptor;
import org.springframework.http.client.ClientHttpResponse;
import org.springframework.http.converter.HttpMessageConversionException;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.oauth2.client.OAuth2AuthorizeRequest;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClientManager;
import org.springframework.security.oauth2.core.OAuth2AuthorizationException;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

/**
 * Sends the signed-in user's access token with each request, and refreshes it when it has expired. Only if the identity
 * provider answers that the sign-in is over does the user have to sign in again. If the provider doesn't answer or is
 * overloaded, the request fails as if the ledger itself were down.
 */
final class AccessToken implements ClientHttpRequestInterceptor {

    private static final Logger LOG = LoggerFactory.getLogger(AccessToken.class);

    private static final String REGISTRATION = "ledger";

    /** The last four mean that the provider wants to interact with the user (OpenID Connect Core 1.0, 3.1.2.6). */
    private static final Set<String> SIGN_IN_IS_OVER = Set.of(
            OAuth2ErrorCodes.INVALID_GRANT,
            OAuth2ErrorCodes.INVALID_TOKEN,
            "client_authorization_required",
            "interaction_required",
            "login_required",
            "account_selection_required",
            "consent_required");

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

    private String token() throws IOException {
        var user = SecurityContextHolder.getContext().getAuthentication();
        if (user == null
                || !(RequestContextHolder.currentRequestAttributes() instanceof ServletRequestAttributes current)) {
            throw new SignInRequiredException();
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
                throw new SignInRequiredException();
            }
            return client.getAccessToken().getTokenValue();
        } catch (OAuth2AuthorizationException refused) {
            var code = refused.getError().getErrorCode();
            if (SIGN_IN_IS_OVER.contains(code)) {
                throw new SignInRequiredException();
            }
            LOG.warn("The identity provider did not refresh the access token: {}", code);
            throw new IOException("The access token could not be refreshed", refused);
        } catch (HttpMessageConversionException unreadable) {
            LOG.warn("The identity provider did not refresh the access token, and its error could not be parsed");
            throw new IOException("The access token could not be refreshed", unreadable);
        }
    }
}
