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
 * Sends an answer once all of it is there. So its length is told and it leaves in one piece, and one that turns out not
 * to be writable becomes a problem instead of half an answer. What has no end in sight is streamed, and never comes
 * here.
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
