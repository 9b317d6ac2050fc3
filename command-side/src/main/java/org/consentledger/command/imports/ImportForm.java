package org.consentledger.command.imports;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.validation.Validator;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.apache.tomcat.util.http.fileupload.FileItemStream;
import org.apache.tomcat.util.http.fileupload.FileUpload;
import org.apache.tomcat.util.http.fileupload.FileUploadException;
import org.apache.tomcat.util.http.fileupload.MultipartStream.MalformedStreamException;
import org.apache.tomcat.util.http.fileupload.impl.FileUploadIOException;
import org.apache.tomcat.util.http.fileupload.impl.IOFileUploadException;
import org.apache.tomcat.util.http.fileupload.impl.SizeException;
import org.apache.tomcat.util.http.fileupload.servlet.ServletRequestContext;
import org.consentledger.command.form.AuthorizationRequest;
import org.consentledger.command.form.SourceRequest;
import org.consentledger.foundation.http.FieldProblem;
import org.consentledger.foundation.http.HttpJson;
import org.consentledger.foundation.http.HttpProblem;
import org.consentledger.foundation.http.InvalidRequest;
import org.consentledger.foundation.http.UnreadableJson;
import org.consentledger.kernel.person.Authorization;
import org.consentledger.kernel.person.Source;
import org.consentledger.kernel.person.SourceType;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;

/**
 * Reads the multipart form of an import as a stream. The file goes straight to its {@link FileSink}, with no copy in
 * memory or on disk. The parts may come in any order.
 */
final class ImportForm {

    /** The maximum size of each part other than the file. */
    private static final int MOST_JSON_BYTES = 64 * 1024;

    /** The maximum size of everything around the file: boundaries, part headers and the other parts. */
    private static final int MOST_AROUND_FILE = 1024 * 1024;

    private static final TypeReference<Map<String, @Nullable String>> MAPPING = new TypeReference<>() {};

    private final Validator validator;
    private final MessageDigest digest;
    private Map<String, String> mapping = Map.of();
    private Source source = Source.of(SourceType.IMPORT);
    private @Nullable Authorization authorization;
    private boolean dryRun;

    /** Receives the content of the file. It MUST read the stream before it returns. */
    interface FileSink {
        void take(InputStream content) throws IOException;
    }

    private ImportForm(Validator validator, MessageDigest digest) {
        this.validator = validator;
        this.digest = digest;
    }

    /**
     * Reads a request to its end.
     *
     * @param fileLimit the maximum size of the file in bytes
     * @param digest is updated with the parts other than the file
     * @param sink receives the file
     * @throws HttpProblem if the file is larger than allowed
     * @throws InvalidRequest if a part is missing or wrong
     */
    static ImportForm read(
            HttpServletRequest request, long fileLimit, Validator validator, MessageDigest digest, FileSink sink)
            throws IOException {
        if (request.getContentLengthLong() > fileLimit + MOST_AROUND_FILE) {
            throw tooLarge(fileLimit);
        }
        var form = new ImportForm(validator, digest);
        var upload = new FileUpload();
        upload.setFileSizeMax(fileLimit);
        upload.setSizeMax(fileLimit + MOST_AROUND_FILE);
        upload.setHeaderEncoding(UTF_8.name());
        try {
            form.readParts(upload, request, sink);
        } catch (FileUploadIOException wrapped) {
            throw wrapped.getCause() instanceof SizeException ? tooLarge(fileLimit) : unreadable();
        } catch (SizeException tooLarge) {
            throw tooLarge(fileLimit);
        } catch (MalformedStreamException cutOff) {
            throw unreadable();
        } catch (IOFileUploadException broken) {
            throw new IOException("The upload broke off", broken);
        } catch (FileUploadException malformed) {
            throw unreadable();
        }
        return form;
    }

    private void readParts(FileUpload upload, HttpServletRequest request, FileSink sink)
            throws IOException, FileUploadException {
        var seen = new HashSet<String>();
        var parts = upload.getItemIterator(new ServletRequestContext(request));
        while (parts.hasNext()) {
            var part = parts.next();
            var name = part.getFieldName() == null ? "" : part.getFieldName();
            if (!seen.add(name)) {
                throw InvalidRequest.of(name, "is given twice");
            }
            switch (name) {
                case "file" -> {
                    try (var content = part.openStream()) {
                        sink.take(content);
                    }
                }
                case "mapping" -> mapping = withoutNull(json(name, part, MAPPING));
                case "source" ->
                    source = checked(name, json(name, part, new TypeReference<SourceRequest>() {}))
                            .toSource();
                case "authorization" ->
                    authorization = checked(name, json(name, part, new TypeReference<AuthorizationRequest>() {}))
                            .toAuthorization();
                case "dryRun" -> dryRun = trueOrFalse(text(name, part));
                default ->
                    throw InvalidRequest.of(
                            "", "has an unknown part; the parts are file, mapping, source, authorization and dryRun");
            }
        }
        if (!seen.contains("file")) {
            throw InvalidRequest.of("file", "is required");
        }
    }

    private String text(String name, FileItemStream part) throws IOException {
        try (var content = part.openStream()) {
            var bytes = content.readNBytes(MOST_JSON_BYTES + 1);
            if (bytes.length > MOST_JSON_BYTES) {
                throw InvalidRequest.of(name, "must have at most " + MOST_JSON_BYTES + " bytes");
            }
            digest.update(name.getBytes(UTF_8));
            digest.update(bytes);
            return new String(bytes, UTF_8);
        }
    }

    private <T> T json(String name, FileItemStream part, TypeReference<T> type) throws IOException {
        try {
            var value = HttpJson.mapper().readValue(text(name, part), type);
            if (value == null) {
                throw InvalidRequest.of(name, "must be an object");
            }
            return value;
        } catch (JacksonException unreadable) {
            throw new InvalidRequest(List.of(within(name, UnreadableJson.describe(unreadable))));
        }
    }

    private static Map<String, String> withoutNull(Map<String, @Nullable String> mapping) {
        var meanings = new HashMap<String, String>();
        mapping.forEach((header, meaning) -> {
            if (meaning == null) {
                throw InvalidRequest.of("mapping", "must not have null as the meaning of a column");
            }
            meanings.put(header, meaning);
        });
        return Map.copyOf(meanings);
    }

    private <T> T checked(String name, T value) {
        var problems = FieldProblem.of(validator.validate(value));
        if (!problems.isEmpty()) {
            throw new InvalidRequest(
                    problems.stream().map(problem -> within(name, problem)).toList());
        }
        return value;
    }

    private static FieldProblem within(String part, FieldProblem problem) {
        return new FieldProblem(problem.field().isEmpty() ? part : part + '.' + problem.field(), problem.detail());
    }

    private static boolean trueOrFalse(String text) {
        return switch (text.strip()) {
            case "true" -> true;
            case "false" -> false;
            default -> throw InvalidRequest.of("dryRun", "must be true or false");
        };
    }

    private static HttpProblem tooLarge(long limit) {
        return new HttpProblem(
                HttpStatus.CONTENT_TOO_LARGE,
                "content-too-large",
                "The file is larger than " + limit + " bytes, the maximum size.");
    }

    private static InvalidRequest unreadable() {
        return InvalidRequest.of("", "is not a readable multipart form");
    }

    Map<String, String> mapping() {
        return mapping;
    }

    Source source() {
        return source;
    }

    @Nullable
    Authorization authorization() {
        return authorization;
    }

    boolean isDryRun() {
        return dryRun;
    }
}
