package org.consentledger.web.people;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.consentledger.web.ledger.QueryApi.Parameters;
import org.jspecify.annotations.Nullable;
import org.springframework.web.util.UriComponentsBuilder;

/**
 * The filter and the order of a list of people.
 *
 * @param words the search words. They may be a name, so the URL contains {@code search} instead, the token under which
 *     the session has them
 */
record Search(
        String authorization,
        String source,
        String subscription,
        String sort,
        String search,
        @Nullable String words) {

    static final String USUAL_ORDER = "-updatedAt";
    private static final String LASTING_ORDER = "createdAt";
    private static final List<String> ORDERS =
            List.of("name", "-name", "updatedAt", USUAL_ORDER, LASTING_ORDER, "-createdAt");

    static Search of(
            @Nullable String authorization,
            @Nullable String source,
            @Nullable String subscription,
            @Nullable String sort,
            @Nullable String search,
            @Nullable String words) {
        var order = Objects.requireNonNullElse(sort, USUAL_ORDER);
        return new Search(
                Objects.requireNonNullElse(authorization, ""),
                Objects.requireNonNullElse(source, ""),
                Objects.requireNonNullElse(subscription, ""),
                ORDERS.contains(order) ? order : USUAL_ORDER,
                words == null || search == null ? "" : search,
                words);
    }

    Parameters parameters() {
        return new Parameters()
                .with("authorization", authorization)
                .with("source", source)
                .with("subscription", subscription)
                .with("sort", sort)
                .with("q", words);
    }

    /**
     * The same filter in an order that no change affects, so that a client reading all pages meets each person although
     * others change them meanwhile.
     */
    Search inLastingOrder() {
        return new Search(authorization, source, subscription, LASTING_ORDER, search, words);
    }

    /** Tells whether the filter leaves anyone out. */
    public boolean isNarrow() {
        return words != null || isFiltered();
    }

    boolean isFiltered() {
        return !(authorization.isEmpty() && source.isEmpty() && subscription.isEmpty());
    }

    /** The URL of the list in another order. */
    public String sortedBy(String field) {
        return address(sort.equals(field) ? "-" + field : field, null);
    }

    /** The sort direction for the heading of a column. */
    public String direction(String field) {
        return sort.equals(field) ? "ascending" : sort.equals("-" + field) ? "descending" : "none";
    }

    public String withoutWords() {
        return new Search(authorization, source, subscription, sort, "", null).address(sort, null);
    }

    public String after(@Nullable String next) {
        return address(sort, next);
    }

    String address() {
        return address(sort, null);
    }

    private String address(String order, @Nullable String next) {
        var uri = UriComponentsBuilder.fromPath("/people");
        add(uri, "authorization", authorization);
        add(uri, "source", source);
        add(uri, "subscription", subscription);
        add(uri, "sort", order.equals(USUAL_ORDER) ? "" : order);
        add(uri, "search", search);
        add(uri, "after", next);
        return uri.encode().build().toUriString();
    }

    private static void add(UriComponentsBuilder uri, String name, @Nullable String value) {
        if (value != null && !value.isEmpty()) {
            uri.queryParam(name, "{" + name + "}").uriVariables(Map.of(name, value));
        }
    }
}
