package org.consentledger.web.session;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;

/**
 * A file that is sent while it is made, so that it needs no room of its own. What fails before anything of it is on its
 * way is shown as a page; what fails later breaks the connection off, as half a file must not look like a whole one.
 */
public final class Download {

    private static final Logger LOG = LoggerFactory.getLogger(Download.class);

    /** Writes what is in the file. */
    @FunctionalInterface
    public interface Content {
        void writeTo(OutputStream file) throws IOException;
    }

    /** The file has begun and has no end. */
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
            // Its messages may quote what is in the file
            LOG.warn("A download was broken off: {}", failure.getClass().getName());
            throw new BrokenOff();
        }
    }

    private Download() {}
}
