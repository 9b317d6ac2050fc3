package org.consentledger.web.ledger;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.web.client.RestClient;

/** HTTP client of the query side. It acts for the signed-in user. */
public final class QueryApi {

    private final RestClient client;

    QueryApi(RestClient client) {
        this.client = client;
    }

    /** The parameters of a query; those without a value are left out. */
    public static final class Parameters {

        private final Map<String, String> values = new LinkedHashMap<>();

        public Parameters with(String name, @Nullable Object value) {
            if (value != null && !value.toString().isBlank()) {
                values.put(name, value.toString());
            }
            return this;
        }

        public boolean isEmpty() {
            return values.isEmpty();
        }
    }

    public <T> T get(String path, Class<T> type) {
        return get(path, new Parameters(), type);
    }

    public <T> T get(String path, Parameters parameters, Class<T> type) {
        var answer = client.get()
                .uri(builder -> {
                    builder.path(path);
                    // As URI variables, so that a value can't add anything to the URI
                    parameters.values.keySet().forEach(name -> builder.queryParam(name, "{" + name + "}"));
                    return builder.build(parameters.values);
                })
                .retrieve()
                .body(type);
        if (answer == null) {
            throw new IllegalStateException("The query side answered without a body");
        }
        return answer;
    }
}
