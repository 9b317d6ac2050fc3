package org.consentledger.web.session;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.DateTimeException;
import org.consentledger.web.ledger.LedgerProblem;
import org.consentledger.web.ledger.SignInRequiredException;
import org.consentledger.web.session.Download.BrokenOff;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.ui.Model;
import org.springframework.web.ErrorResponse;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.client.ResourceAccessException;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;
import org.springframework.web.multipart.MaxUploadSizeExceededException;
import org.springframework.web.multipart.MultipartException;
import org.springframework.web.servlet.support.RequestContextUtils;

/**
 * Turns exceptions into error pages that say what happened and what to do next. The message of the exception is never
 * shown.
 */
@ControllerAdvice(basePackages = "org.consentledger.web", annotations = Framed.class)
@Order(Ordered.HIGHEST_PRECEDENCE)
final class Failures {

    private static final Logger LOG = LoggerFactory.getLogger(Failures.class);

    private final PageModelAdvice everyPage;

    Failures(PageModelAdvice everyPage) {
        this.everyPage = everyPage;
    }

    @ExceptionHandler
    String refused(LedgerProblem problem, Model model, HttpServletRequest request, HttpServletResponse response) {
        return show(
                problem.status() >= 500 && problem.status() != 503 ? 502 : problem.status(), model, request, response);
    }

    @ExceptionHandler
    String signInAgain(SignInRequiredException expired, HttpServletRequest request) {
        var session = request.getSession(false);
        if (session != null) {
            session.removeAttribute("PAGES_SECURITY_CONTEXT");
        }
        return "redirect:"
                + ("GET".equals(request.getMethod()) ? "/oauth2/authorization/ledger" : "/signed-out?expired");
    }

    @ExceptionHandler
    String denied(AccessDeniedException denied, Model model, HttpServletRequest request, HttpServletResponse response) {
        return show(403, model, request, response);
    }

    @ExceptionHandler
    String unusableFile(
            MultipartException unusable, Model model, HttpServletRequest request, HttpServletResponse response) {
        return show(unusable instanceof MaxUploadSizeExceededException ? 413 : 400, model, request, response);
    }

    /** A parameter is not the id, number or date that it should be. */
    @ExceptionHandler
    String unreadable(
            MethodArgumentTypeMismatchException text,
            Model model,
            HttpServletRequest request,
            HttpServletResponse response) {
        var inPath = text.getParameter().hasParameterAnnotation(PathVariable.class);
        return show(inPath ? 404 : 400, model, request, response);
    }

    /** A date outside the supported range. */
    @ExceptionHandler
    String unreadable(DateTimeException far, Model model, HttpServletRequest request, HttpServletResponse response) {
        return show(400, model, request, response);
    }

    @ExceptionHandler
    String unreachable(
            ResourceAccessException outage, Model model, HttpServletRequest request, HttpServletResponse response) {
        LOG.warn(
                "The ledger can't be reached: {}",
                String.valueOf(outage.getMostSpecificCause().getClass().getName()));
        return show(503, model, request, response);
    }

    /** A file whose first bytes were sent can't be replaced by a page, so the container closes the connection. */
    @ExceptionHandler
    @SuppressWarnings("DoNotCallSuggester") // called by Spring
    void brokenOff(BrokenOff half) {
        throw half;
    }

    @ExceptionHandler
    String failed(Exception failure, Model model, HttpServletRequest request, HttpServletResponse response) {
        if (failure instanceof ErrorResponse known) {
            return show(known.getStatusCode().value(), model, request, response);
        }
        // The messages of the failure may quote what the user typed
        var trace = failure.getStackTrace();
        LOG.error("A page failed: {} at {}", failure.getClass().getName(), trace.length == 0 ? "?" : trace[0]);
        return show(500, model, request, response);
    }

    private String show(int status, Model model, HttpServletRequest request, HttpServletResponse response) {
        response.setStatus(status);
        everyPage.fill(model, request, RequestContextUtils.getLocale(request));
        model.addAttribute("status", status);
        model.addAttribute("retry", "GET".equals(request.getMethod()));
        return "session/failure";
    }
}
