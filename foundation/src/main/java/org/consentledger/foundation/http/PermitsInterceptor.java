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

/** Asks {@link Permits} before anything of the request is read. What says nothing permits nobody. */
final class PermitsInterceptor implements HandlerInterceptor {

    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
        // Where no route matched, the static resources are asked last; under /api there are none
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
