package org.consentledger.web.imports;

import jakarta.servlet.http.HttpSession;
import jakarta.servlet.http.HttpSessionBindingEvent;
import jakarta.servlet.http.HttpSessionBindingListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.FileSystemResource;
import org.springframework.stereotype.Component;
import org.springframework.web.multipart.MultipartFile;

/**
 * Keeps contact files between preview and import. Only this program may read them, and they are deleted with the user's
 * session.
 */
@Component
class PendingUploads {

    private static final String NAME = PendingUploads.class.getName();

    String keep(MultipartFile file, HttpSession session) {
        try {
            var path = Files.createTempFile("ledger-upload", ".csv");
            path.toFile().deleteOnExit();
            file.transferTo(path);
            var id = UUID.randomUUID().toString();
            of(session).put(id, path, file.getOriginalFilename());
            return id;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Nullable
    FileSystemResource find(String id, HttpSession session) {
        var path = of(session).get(id);
        return path == null || !Files.exists(path) ? null : new FileSystemResource(path);
    }

    /** The original name of the file. */
    String nameOf(String id, HttpSession session) {
        return of(session).name(id);
    }

    void forget(String id, HttpSession session) {
        of(session).remove(id);
    }

    private static SessionFiles of(HttpSession session) {
        if (session.getAttribute(NAME) instanceof SessionFiles files) {
            return files;
        }
        var none = new SessionFiles();
        session.setAttribute(NAME, none);
        return none;
    }

    /** The files of one session; they are deleted with it. */
    private static final class SessionFiles implements HttpSessionBindingListener {

        private static final int MOST = 3;

        private final Map<String, Path> paths = new LinkedHashMap<>();
        private final Map<String, String> names = new HashMap<>();

        synchronized void put(String id, Path path, @Nullable String name) {
            paths.put(id, path);
            names.put(id, name == null ? "" : name);
            if (paths.size() > MOST) {
                remove(paths.keySet().iterator().next());
            }
        }

        synchronized @Nullable Path get(String id) {
            return paths.get(id);
        }

        synchronized String name(String id) {
            return names.getOrDefault(id, "");
        }

        synchronized void remove(String id) {
            names.remove(id);
            var path = paths.remove(id);
            if (path != null) {
                delete(path);
            }
        }

        @Override
        public synchronized void valueUnbound(HttpSessionBindingEvent event) {
            paths.values().forEach(SessionFiles::delete);
            paths.clear();
        }

        private static void delete(Path path) {
            try {
                Files.deleteIfExists(path);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
