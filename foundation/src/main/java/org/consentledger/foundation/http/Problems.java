package org.consentledger.foundation.http;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.ConstraintViolationException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.tomcat.util.http.InvalidParameterException;
import org.axonframework.modelling.command.ConcurrencyException;
import org.consentledger.kernel.person.CommandRejected;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.TypeMismatchException;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.dao.OptimisticLockingFailureException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.validation.FieldError;
import org.springframework.validation.ObjectError;
import org.springframework.web.bind.MethodArgumentNotValidException;
import org.springframework.web.bind.MissingServletRequestParameterException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.ServletWebRequest;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.method.annotation.HandlerMethodValidationException;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;
import org.springframework.web.multipart.support.MissingServletRequestPartException;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;
import org.springframework.web.util.DisconnectedClientHelper;
import tools.jackson.core.JacksonException;

/**
 * Translates every exception to a problem response (RFC 9457), the only place that does so. 400: the request can't be
 * read, and the problem names the fields. 404, 409, 410, 412, 422: a rule rejects the command, and the problem type
 * names the rule. 503: the client should retry later. All other exceptions are bugs: the response is a 500 without
 * details, and the log entry has the stack trace without the exceptions' messages, because these may quote personal
 * data.
 */
@RestControllerAdvice
@Order(Ordered.HIGHEST_PRECEDENCE + 10) // web pages in the same process have handlers of their own
final class Problems extends ResponseEntityExceptionHandler {

    private static final Logger LOG = LoggerFactory.getLogger(Problems.class);
    private static final Duration RETRY_AFTER_OUTAGE = Duration.ofSeconds(2);

    @ExceptionHandler
    ResponseEntity<ProblemDetail> rejected(CommandRejected rejected, HttpServletRequest request) {
        var rule = rejected.rule();
        var detail = rejected.getMessage() == null ? "" : rejected.getMessage();
        var problem = ProblemBodies.of(statusOf(rule), rule.slug(), detail, request);
        if (rejected.holder() != null) {
            problem.setProperty("personId", rejected.holder().toString());
        }
        return answer(problem);
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> refused(HttpProblem refused, HttpServletRequest request) {
        var answer = ResponseEntity.status(refused.status()).contentType(MediaType.APPLICATION_PROBLEM_JSON);
        if (refused.retryAfter() != null) {
            answer.header(HttpHeaders.RETRY_AFTER, ProblemWriter.seconds(refused.retryAfter()));
        }
        var problem = ProblemBodies.of(refused.status(), refused.slug(), refused.detail(), request);
        if (!refused.errors().isEmpty()) {
            problem.setProperty("errors", refused.errors());
        }
        return answer.body(problem);
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> invalid(InvalidRequest invalid, HttpServletRequest request) {
        return answer(ProblemBodies.invalid(FieldProblem.sorted(invalid.problems()), request));
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> invalid(ConstraintViolationException invalid, HttpServletRequest request) {
        return answer(ProblemBodies.invalid(FieldProblem.of(invalid.getConstraintViolations()), request));
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> unreadable(JacksonException unreadable, HttpServletRequest request) {
        return answer(ProblemBodies.invalid(UnreadableJson.listOf(unreadable), request));
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> denied(AccessDeniedException denied, HttpServletRequest request) {
        return answer(ProblemBodies.of(HttpStatus.FORBIDDEN, request));
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> unauthenticated(AuthenticationException failed, HttpServletRequest request) {
        return ResponseEntity.status(HttpStatus.UNAUTHORIZED)
                .header(HttpHeaders.WWW_AUTHENTICATE, "Bearer")
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .body(ProblemBodies.of(HttpStatus.UNAUTHORIZED, request));
    }

    @ExceptionHandler
    @Nullable
    ResponseEntity<ProblemDetail> failed(Throwable failure, HttpServletRequest request, HttpServletResponse response) {
        var rejected = Causes.find(failure, CommandRejected.class);
        if (rejected.isPresent()) {
            return rejected(rejected.get(), request);
        }
        if (Causes.find(failure, BodyTooLarge.class).isPresent()) {
            return answer(ProblemBodies.of(HttpStatus.CONTENT_TOO_LARGE, request));
        }
        if (response.isCommitted() || DisconnectedClientHelper.isClientDisconnectedException(failure)) {
            LOG.debug(
                    "The client has disconnected, or the response had begun: {}",
                    failure.getClass().getName());
            return null;
        }
        if (Causes.find(failure, ConcurrencyException.class).isPresent()
                || Causes.find(failure, OptimisticLockingFailureException.class).isPresent()) {
            return answer(ProblemBodies.of(
                    HttpStatus.CONFLICT,
                    "concurrent-change",
                    "Somebody else changed the same person at the same time; please try again.",
                    request));
        }
        if (Causes.find(failure, InvalidParameterException.class).isPresent()) {
            return answer(ProblemBodies.of(HttpStatus.BAD_REQUEST, request));
        }
        if (Outage.isBehind(failure)) {
            LOG.warn("A store can't be reached: {}", failure.getClass().getName());
            return ResponseEntity.status(HttpStatus.SERVICE_UNAVAILABLE)
                    .header(HttpHeaders.RETRY_AFTER, ProblemWriter.seconds(RETRY_AFTER_OUTAGE))
                    .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                    .body(ProblemBodies.of(HttpStatus.SERVICE_UNAVAILABLE, request));
        }
        LOG.error("A request failed: {}", Causes.traceOf(failure));
        return answer(ProblemBodies.of(HttpStatus.INTERNAL_SERVER_ERROR, request));
    }

    @Override
    protected @Nullable ResponseEntity<Object> handleExceptionInternal(
            Exception exception, @Nullable Object body, HttpHeaders headers, HttpStatusCode status, WebRequest web) {
        var request = ((ServletWebRequest) web).getRequest();
        var response = ((ServletWebRequest) web).getResponse();
        if (response != null && response.isCommitted()) {
            return null;
        }
        if (Causes.find(exception, BodyTooLarge.class).isPresent()) {
            return answer(ProblemBodies.of(HttpStatus.CONTENT_TOO_LARGE, request), headers);
        }
        if (status.is5xxServerError() && status.value() != HttpStatus.SERVICE_UNAVAILABLE.value()) {
            LOG.error("A request failed: {}", Causes.traceOf(exception));
        }
        if (status.value() == HttpStatus.BAD_REQUEST.value()) {
            return answer(ProblemBodies.invalid(problemsOf(exception), request), headers);
        }
        return answer(ProblemBodies.of(status, request), headers);
    }

    private static List<FieldProblem> problemsOf(Exception exception) {
        return switch (exception) {
            case MethodArgumentNotValidException invalid ->
                problemsOf(invalid.getBindingResult().getAllErrors());
            case HandlerMethodValidationException invalid -> parameterProblemsOf(invalid);
            case HttpMessageNotReadableException unreadable ->
                Causes.find(unreadable, JacksonException.class)
                        .map(UnreadableJson::listOf)
                        .orElseGet(() -> List.of(new FieldProblem("", "a body is required")));
            case MethodArgumentTypeMismatchException mismatch ->
                List.of(new FieldProblem(mismatch.getName(), expectation(mismatch)));
            case MissingServletRequestParameterException missing ->
                List.of(new FieldProblem(missing.getParameterName(), "is required"));
            case MissingServletRequestPartException missing ->
                List.of(new FieldProblem(missing.getRequestPartName(), "is required"));
            default -> List.of();
        };
    }

    private static List<FieldProblem> problemsOf(List<? extends ObjectError> errors) {
        return FieldProblem.sorted(errors.stream().map(Problems::problemOf).toList());
    }

    private static FieldProblem problemOf(ObjectError error) {
        var detail = error.getDefaultMessage() == null ? "is not valid" : error.getDefaultMessage();
        if (error.contains(ConstraintViolation.class)) {
            return new FieldProblem(FieldProblem.fieldOf(error.unwrap(ConstraintViolation.class)), detail);
        }
        return new FieldProblem(error instanceof FieldError field ? field.getField() : "", detail);
    }

    private static List<FieldProblem> parameterProblemsOf(HandlerMethodValidationException invalid) {
        var problems = new ArrayList<FieldProblem>();
        for (var result : invalid.getParameterValidationResults()) {
            var parameter = result.getMethodParameter().getParameterName();
            for (var error : result.getResolvableErrors()) {
                if (error instanceof ObjectError object && object.contains(ConstraintViolation.class)) {
                    problems.add(problemOf(object));
                } else {
                    var detail = error.getDefaultMessage();
                    problems.add(new FieldProblem(
                            parameter == null ? "" : parameter, detail == null ? "is not valid" : detail));
                }
            }
        }
        return FieldProblem.sorted(problems);
    }

    private static String expectation(TypeMismatchException mismatch) {
        return UnreadableJson.expectation(mismatch.getRequiredType());
    }

    private static HttpStatus statusOf(CommandRejected.Rule rule) {
        return switch (rule) {
            case UNKNOWN_PERSON -> HttpStatus.NOT_FOUND;
            case PERSON_ERASED -> HttpStatus.GONE;
            case VERSION_MISMATCH -> HttpStatus.PRECONDITION_FAILED;
            case IDEMPOTENCY_KEY_REUSED -> HttpStatus.UNPROCESSABLE_CONTENT;
            case PERSON_EXISTS,
                    PERSON_UNIDENTIFIABLE,
                    ADDRESS_TAKEN,
                    SALESFORCE_ID_TAKEN,
                    CONTACT_AMBIGUOUS,
                    TOO_MANY_ENTRIES,
                    ADDRESS_MOVED,
                    PERSON_UNSUBSCRIBED,
                    ADDRESS_MISSING,
                    PERSON_SUBSCRIBED,
                    CONSENT_OLDER_THAN_UNSUBSCRIBE,
                    CONSENT_IN_FUTURE,
                    EVIDENCE_MISSING,
                    ATTESTATION_MISSING,
                    NO_REQUEST_PENDING -> HttpStatus.CONFLICT;
        };
    }

    private static ResponseEntity<ProblemDetail> answer(ProblemDetail problem) {
        return ResponseEntity.status(problem.getStatus())
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .body(problem);
    }

    private static ResponseEntity<Object> answer(ProblemDetail problem, HttpHeaders headers) {
        return ResponseEntity.status(problem.getStatus())
                .headers(headers)
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .body(problem);
    }
}
