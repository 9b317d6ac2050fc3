package org.consentledger.web.people;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.consentledger.web.ledger.QueryApi.Parameters;
import org.jspecify.annotations.Nullable;
import org.springframework.web.util.UriComponentsBuilder;

/**
 * Which people a list shows, and in which order.
 *
 * @param words what was searched for. It may be somebody's name, so it never stands in the address of a page:
 *     {@code search} does, under which the session knows it
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
     * The same people in an order that no change to them changes: whoever reads page after page meets each of them,
     * whatever others do meanwhile.
     */
    Search inLastingOrder() {
        return new Search(authorization, source, subscription, LASTING_ORDER, search, words);
    }

    /** Whether it leaves anybody out. */
    public boolean isNarrow() {
        return words != null || isFiltered();
    }

    boolean isFiltered() {
        return !(authorization.isEmpty() && source.isEmpty() && subscription.isEmpty());
    }

    /** The address of a list in another order. */
    public String sortedBy(String field) {
        return address(sort.equals(field) ? "-" + field : field, null);
    }

    /** For a column's heading: which way the list goes by it. */
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
