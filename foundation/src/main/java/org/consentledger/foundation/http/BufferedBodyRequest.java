package org.consentledger.foundation.http;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.web.util.WebUtils;

/**
 * A request whose body is read once, not before somebody asks for it and not beyond a limit, and can then be looked at
 * again: two requests are the same if their bodies are.
 */
public final class BufferedBodyRequest extends HttpServletRequestWrapper {

    private final int limit;
    private final String method;
    private byte @Nullable [] bytes;

    BufferedBodyRequest(HttpServletRequest request, int limit) {
        super(request);
        this.limit = limit;
        this.method = request.getMethod();
    }

    /** Kept too, as it is asked for by each route in turn, through all the wrappers below. */
    @Override
    public String getMethod() {
        return method;
    }

    /** The kept body of a request; none if it is streamed, as an upload is. */
    public static Optional<BufferedBodyRequest> of(HttpServletRequest request) {
        return Optional.ofNullable(WebUtils.getNativeRequest(request, BufferedBodyRequest.class));
    }

    /** The body as it was sent. */
    public byte[] bytes() throws IOException {
        if (bytes == null) {
            var read = super.getInputStream().readNBytes(limit + 1);
            if (read.length > limit) {
                throw new BodyTooLarge();
            }
            bytes = read;
        }
        return bytes;
    }

    @Override
    public ServletInputStream getInputStream() throws IOException {
        return new KeptStream(new ByteArrayInputStream(bytes()));
    }

    @Override
    public BufferedReader getReader() throws IOException {
        var charset = getCharacterEncoding() == null ? StandardCharsets.UTF_8 : Charset.forName(getCharacterEncoding());
        return new BufferedReader(new InputStreamReader(getInputStream(), charset));
    }

    private static final class KeptStream extends ServletInputStream {

        private final ByteArrayInputStream kept;

        KeptStream(ByteArrayInputStream kept) {
            this.kept = kept;
        }

        @Override
        public int read() {
            return kept.read();
        }

        @Override
        public int read(byte[] buffer, int offset, int length) {
            return kept.read(buffer, offset, length);
        }

        @Override
        public boolean isFinished() {
            return kept.available() == 0;
        }

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public void setReadListener(ReadListener listener) {
            throw new IllegalStateException("A body that was read already is not read asynchronously");
        }
    }
}
