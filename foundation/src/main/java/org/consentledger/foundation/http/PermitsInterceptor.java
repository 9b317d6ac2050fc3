package org.consentledger.foundation.http;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Arrays;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.resource.ResourceHttpRequestHandler;

/**
 * Checks the caller's roles against {@link Permits} before the request is read. It denies a route without that
 * annotation.
 */
final class PermitsInterceptor implements HandlerInterceptor {

    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
        // The resource handler answers requests that match no route; under /api it has no resources to give away
        if (!(handler instanceof ResourceHttpRequestHandler) && !isPermitted(handler)) {
            throw new AccessDeniedException("Not permitted");
        }
        return true;
    }

    private static boolean isPermitted(Object handler) {
        var permits = handler instanceof HandlerMethod method ? method.getMethodAnnotation(Permits.class) : null;
        var caller = SecurityContextHolder.getContext().getAuthentication();
        return permits != null
                && caller != null
                && Arrays.stream(permits.value()).anyMatch(role -> has(caller, Authorities.of(role)));
    }

    private static boolean has(Authentication caller, String authority) {
        return caller.getAuthorities().stream().anyMatch(granted -> authority.equals(granted.getAuthority()));
    }
}
