package org.consentledger.web.ledger;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.web.client.RestClient;

/** The query side, asked in the name of whoever is signed in. */
public final class QueryApi {

    private final RestClient client;

    QueryApi(RestClient client) {
        this.client = client;
    }

    /** The parameters of a question; those without a value are left out. */
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
                    // Given as variables, so that nothing in a value is taken for a part of the address
                    parameters.values.keySet().forEach(name -> builder.queryParam(name, "{" + name + "}"));
                    return builder.build(parameters.values);
                })
                .retrieve()
                .body(type);
        if (answer == null) {
            throw new IllegalStateException("The query side gave no answer");
        }
        return answer;
    }
}
