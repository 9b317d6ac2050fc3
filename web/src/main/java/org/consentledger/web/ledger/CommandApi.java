package org.consentledger.web.ledger;

import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.util.MultiValueMap;
import org.springframework.web.client.RestClient;

/** HTTP client of the command side. It acts for the signed-in user. */
public final class CommandApi {

    private static final String IDEMPOTENCY_KEY = "Idempotency-Key";

    private final RestClient client;
    private final RestClient files;

    /**
     * @param client for all other requests
     * @param files for files, with a longer timeout, as a download is as slow as its reader
     */
    CommandApi(RestClient client, RestClient files) {
        this.client = client;
        this.files = files;
    }

    /** Reads a file while it arrives. */
    @FunctionalInterface
    public interface Reader {
        void read(InputStream file) throws IOException;
    }

    /** The answer to a command on a person. */
    public record Answer(String personId, long version) {}

    /**
     * Sends a command on a person.
     *
     * @param key the idempotency key, created when the form was shown, so that sending the form twice records one event
     * @param version the version of the person that the form showed, if it showed one
     * @throws LedgerProblem if the command side refuses the command
     */
    public Answer send(HttpMethod method, String path, Map<String, ?> body, String key, @Nullable Long version) {
        return send(method, path, body, key, version, Answer.class);
    }

    /** As {@link #send(HttpMethod, String, Map, String, Long)}, with another type of answer. */
    public <T> T send(
            HttpMethod method, String path, Map<String, ?> body, String key, @Nullable Long version, Class<T> type) {
        var request = client.method(method)
                .uri(path)
                .contentType(MediaType.APPLICATION_JSON)
                .header(IDEMPOTENCY_KEY, key)
                .body(body);
        if (version != null) {
            request.header(HttpHeaders.IF_MATCH, '"' + Long.toString(version) + '"');
        }
        return required(request.retrieve().body(type));
    }

    /** Sends a multipart form, such as a contact file. */
    public <T> T upload(String path, MultiValueMap<String, ?> parts, @Nullable String key, Class<T> type) {
        var request = client.post().uri(path).contentType(MediaType.MULTIPART_FORM_DATA);
        if (key != null) {
            request.header(IDEMPOTENCY_KEY, key);
        }
        return required(request.body(parts).retrieve().body(type));
    }

    public <T> T get(String path, Class<T> type, Object... values) {
        return required(client.get().uri(path, values).retrieve().body(type));
    }

    /** Downloads a file, which may be larger than the memory. */
    public void read(String path, Reader reader) {
        files.get().uri(path).exchange((request, response) -> {
            if (response.getStatusCode().isError()) {
                throw LedgerProblem.of(response);
            }
            reader.read(response.getBody());
            return response.getStatusCode();
        });
    }

    public void delete(String path) {
        client.delete().uri(path).retrieve().toBodilessEntity();
    }

    private static <T> T required(@Nullable T body) {
        if (body == null) {
            throw new IllegalStateException("The command side answered without a body");
        }
        return body;
    }
}
