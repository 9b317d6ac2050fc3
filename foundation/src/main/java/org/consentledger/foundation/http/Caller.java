package org.consentledger.foundation.http;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;
import org.consentledger.kernel.provenance.Actor;
import org.consentledger.kernel.provenance.Provenance;
import org.consentledger.kernel.provenance.Role;
import org.consentledger.kernel.provenance.Via;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.security.authentication.InsufficientAuthenticationException;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationToken;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;

/**
 * Resolves the caller from the access token, as an {@link Actor} or {@link Provenance} parameter of a controller
 * method.
 */
public final class Caller implements HandlerMethodArgumentResolver {

    private final String webClient;

    Caller(String webClient) {
        this.webClient = webClient;
    }

    /** Returns the provenance for the events that a request leads to. */
    public Provenance provenanceOf(HttpServletRequest request) {
        var token = token();
        var via = webClient.equals(clientOf(token)) ? Via.WEB : Via.API;
        return new Provenance(actorOf(token), via, CorrelationId.of(request), null);
    }

    @Override
    public boolean supportsParameter(MethodParameter parameter) {
        return parameter.getParameterType() == Actor.class || parameter.getParameterType() == Provenance.class;
    }

    @Override
    public Object resolveArgument(
            MethodParameter parameter,
            @Nullable ModelAndViewContainer container,
            NativeWebRequest web,
            @Nullable WebDataBinderFactory binders) {
        if (parameter.getParameterType() == Actor.class) {
            return actorOf(token());
        }
        var request = web.getNativeRequest(HttpServletRequest.class);
        if (request == null) {
            throw new IllegalStateException("Not a servlet request");
        }
        return provenanceOf(request);
    }

    static Actor actorOf(Jwt token) {
        var id = token.getSubject() == null ? "unknown" : token.getSubject();
        var name = Stream.of("name", "preferred_username", "client_id", "azp")
                .map(claim -> text(token, claim))
                .filter(text -> text != null && !text.isBlank())
                .findFirst()
                .orElse(id);
        return new Actor(
                id,
                name == null ? id : name,
                rolesOf(token).stream().map(Role::claim).toList());
    }

    /** Returns the roles in the token that the ledger knows. */
    static List<Role> rolesOf(Jwt token) {
        return switch (token.getClaims().get("roles")) {
            case String one -> Role.ofClaim(one).stream().toList();
            case Collection<?> several ->
                several.stream()
                        .filter(String.class::isInstance)
                        .flatMap(role -> Role.ofClaim((String) role).stream())
                        .distinct()
                        .toList();
            case null -> List.of();
            default -> List.of();
        };
    }

    private static @Nullable String clientOf(Jwt token) {
        var client = text(token, "azp");
        return client == null ? text(token, "client_id") : client;
    }

    private static @Nullable String text(Jwt token, String claim) {
        return token.getClaims().get(claim) instanceof String text ? text : null;
    }

    private static Jwt token() {
        if (SecurityContextHolder.getContext().getAuthentication() instanceof JwtAuthenticationToken authentication) {
            return authentication.getToken();
        }
        throw new InsufficientAuthenticationException("No token");
    }
}
