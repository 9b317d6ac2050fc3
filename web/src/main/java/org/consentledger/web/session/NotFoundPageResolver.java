package org.consentledger.web.session;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.servlet.resource.NoResourceFoundException;

/** Forwards a browser to the not-found page when no controller has the address. */
final class NotFoundPageResolver implements HandlerExceptionResolver, Ordered {

    @Override
    public int getOrder() {
        return HIGHEST_PRECEDENCE;
    }

    @Override
    public @Nullable ModelAndView resolveException(
            HttpServletRequest request, HttpServletResponse response, @Nullable Object handler, Exception failure) {
        var nothingThere = failure instanceof NoResourceFoundException
                // For example after a reload of the answer to a form
                || failure instanceof HttpRequestMethodNotSupportedException;
        if (!nothingThere || !Preferences.isPageWanted(request)) {
            return null;
        }
        try {
            request.getRequestDispatcher(PagesSecurity.NO_SUCH_PAGE).forward(request, response);
            return new ModelAndView();
        } catch (ServletException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
