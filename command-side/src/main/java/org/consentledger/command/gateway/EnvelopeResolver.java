package org.consentledger.command.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.servlet.http.HttpServletRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Collections;
import java.util.regex.Pattern;
import org.consentledger.foundation.http.BufferedBodyRequest;
import org.consentledger.foundation.http.Caller;
import org.consentledger.foundation.http.InvalidRequest;
import org.consentledger.foundation.privacy.LookupHash;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.http.HttpHeaders;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;

/**
 * Reads the conditions of a request from its headers: {@code If-Match} (the version that the sender has seen) and
 * {@code Idempotency-Key} (the sender's name for the request).
 */
final class EnvelopeResolver implements HandlerMethodArgumentResolver {

    static final String IDEMPOTENCY_KEY = "Idempotency-Key";

    private static final Pattern VERSION = Pattern.compile("\"(0|[1-9][0-9]{0,17})\"");
    private static final Pattern KEY = Pattern.compile("[\\x21-\\x7e]{1,255}");

    private final Caller caller;
    private final LookupHash hash;

    EnvelopeResolver(Caller caller, LookupHash hash) {
        this.caller = caller;
        this.hash = hash;
    }

    @Override
    public boolean supportsParameter(MethodParameter parameter) {
        return parameter.getParameterType() == Envelope.class;
    }

    @Override
    public Envelope resolveArgument(
            MethodParameter parameter,
            @Nullable ModelAndViewContainer container,
            NativeWebRequest web,
            @Nullable WebDataBinderFactory binders)
            throws IOException {
        var request = web.getNativeRequest(HttpServletRequest.class);
        if (request == null) {
            throw new IllegalStateException("Not a servlet request");
        }
        var provenance = caller.provenanceOf(request);
        return new Envelope(
                provenance,
                expectedVersion(request),
                idempotencyKey(request, provenance.actor().id()));
    }

    private static @Nullable Long expectedVersion(HttpServletRequest request) {
        var sent = single(request, HttpHeaders.IF_MATCH);
        if (sent == null || sent.equals("*")) {
            return null;
        }
        var version = VERSION.matcher(sent);
        if (!version.matches()) {
            throw InvalidRequest.of(HttpHeaders.IF_MATCH, "must be one version in quotes, as ETag gave it, or *");
        }
        return Long.valueOf(version.group(1));
    }

    private @Nullable IdempotencyKey idempotencyKey(HttpServletRequest request, String sender) throws IOException {
        var key = single(request, IDEMPOTENCY_KEY);
        if (key == null) {
            return null;
        }
        if (!KEY.matcher(key).matches()) {
            throw InvalidRequest.of(IDEMPOTENCY_KEY, "must have 1 to 255 visible ASCII characters");
        }
        return new IdempotencyKey(sender, key, fingerprint(request));
    }

    /**
     * Hashes method, path and body. The body of an upload is not buffered and doesn't count; the import's job
     * recognises a repeated file.
     */
    private String fingerprint(HttpServletRequest request) throws IOException {
        var bytes = new ByteArrayOutputStream();
        bytes.writeBytes((request.getMethod() + ' ' + request.getRequestURI() + '\n').getBytes(UTF_8));
        var body = BufferedBodyRequest.of(request);
        if (body.isPresent()) {
            bytes.writeBytes(body.get().bytes());
        }
        return hash.ofRequest(bytes.toByteArray());
    }

    private static @Nullable String single(HttpServletRequest request, String header) {
        var values = Collections.list(request.getHeaders(header));
        if (values.size() > 1) {
            throw InvalidRequest.of(header, "must be given once");
        }
        return values.isEmpty() ? null : values.getFirst().strip();
    }
}
