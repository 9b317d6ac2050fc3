package org.consentledger.web.session;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;

/**
 * Streams a file while it is created, so that it is never stored. A failure before the first byte is shown as a page. A
 * later failure aborts the connection, as a truncated file must not look complete.
 */
public final class Download {

    private static final Logger LOG = LoggerFactory.getLogger(Download.class);

    /** Writes what is in the file. */
    @FunctionalInterface
    public interface Content {
        void writeTo(OutputStream file) throws IOException;
    }

    /** Thrown when a file fails after its first bytes were sent. */
    static final class BrokenOff extends RuntimeException {

        BrokenOff() {
            super("A download was broken off", null, false, false);
        }
    }

    /** Sends comma-separated values. */
    public static void csv(HttpServletResponse response, String name, Content content) throws IOException {
        response.setContentType("text/csv;charset=UTF-8");
        response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
        response.setHeader(
                HttpHeaders.CONTENT_DISPOSITION,
                ContentDisposition.attachment().filename(name).build().toString());
        try {
            content.writeTo(response.getOutputStream());
        } catch (IOException | RuntimeException failure) {
            if (!response.isCommitted()) {
                response.reset();
                throw failure;
            }
            // The messages of the failure may quote the content of the file
            LOG.warn("A download was broken off: {}", failure.getClass().getName());
            throw new BrokenOff();
        }
    }

    private Download() {}
}
