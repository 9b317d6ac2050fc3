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
 * A request whose body is read at first use, up to a limit, and buffered, so that it can be read again. The idempotency
 * check compares the buffered bodies of two requests.
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

    /** Returns the cached method: each route asks for it in turn, through all wrappers below this one. */
    @Override
    public String getMethod() {
        return method;
    }

    /** Returns the buffered form of a request, or empty if its body is streamed, as an upload's is. */
    public static Optional<BufferedBodyRequest> of(HttpServletRequest request) {
        return Optional.ofNullable(WebUtils.getNativeRequest(request, BufferedBodyRequest.class));
    }

    /** Returns the body as it was sent. */
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
        return new BufferedStream(new ByteArrayInputStream(bytes()));
    }

    @Override
    public BufferedReader getReader() throws IOException {
        var charset = getCharacterEncoding() == null ? StandardCharsets.UTF_8 : Charset.forName(getCharacterEncoding());
        return new BufferedReader(new InputStreamReader(getInputStream(), charset));
    }

    private static final class BufferedStream extends ServletInputStream {

        private final ByteArrayInputStream buffer;

        BufferedStream(ByteArrayInputStream buffer) {
            this.buffer = buffer;
        }

        @Override
        public int read() {
            return buffer.read();
        }

        @Override
        public int read(byte[] target, int offset, int length) {
            return buffer.read(target, offset, length);
        }

        @Override
        public boolean isFinished() {
            return buffer.available() == 0;
        }

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public void setReadListener(ReadListener listener) {
            throw new IllegalStateException("A buffered body can't be read asynchronously");
        }
    }
}
