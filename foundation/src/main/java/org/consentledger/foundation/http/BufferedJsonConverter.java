package org.consentledger.foundation.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.core.ResolvableType;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpOutputMessage;
import org.springframework.http.converter.json.JacksonJsonHttpMessageConverter;

/**
 * Buffers a JSON response before it sends any of it. So the response states its length and leaves in one piece, and an
 * object that can't be serialised leads to a problem instead of half a response. Long exports are streamed and don't
 * pass through this converter.
 */
final class BufferedJsonConverter extends JacksonJsonHttpMessageConverter {

    BufferedJsonConverter() {
        super(HttpJson.mapper());
    }

    @Override
    protected void writeInternal(
            Object answer, ResolvableType type, HttpOutputMessage message, @Nullable Map<String, Object> hints)
            throws IOException {
        var whole = new Whole(message.getHeaders(), new ByteArrayOutputStream());
        super.writeInternal(answer, type, whole, hints);
        message.getHeaders().setContentLength(whole.bytes().size());
        whole.bytes().writeTo(message.getBody());
    }

    private record Whole(HttpHeaders headers, ByteArrayOutputStream bytes) implements HttpOutputMessage {

        @Override
        public HttpHeaders getHeaders() {
            return headers;
        }

        @Override
        public OutputStream getBody() {
            return bytes;
        }
    }
}
