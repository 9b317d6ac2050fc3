package org.consentledger.web.audit;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.web.util.UriComponentsBuilder;

/**
 * A page of one person's events, and the links to other pages and to the past.
 *
 * @param entries newest first
 * @param before the entry after which the page begins; null on the first page
 * @param asOf the instant that is shown; null for the present
 * @param zone the time zone of the page
 */
record TimeLine(
        UUID person,
        List<Entry> entries,
        @Nullable String before,
        @Nullable Instant asOf,
        ZoneId zone) {

    private static final long TO_THE_NEXT_MILLISECOND = 999_999;

    /**
     * An instant as the value of a date field, rounded up to the field's step of one millisecond. Rounded down, the
     * value would denote an instant before the event that filled the field, and the event would be missing.
     */
    static LocalDateTime inField(Instant instant, ZoneId zone) {
        return LocalDateTime.ofInstant(
                instant.plusNanos(TO_THE_NEXT_MILLISECOND).truncatedTo(ChronoUnit.MILLIS), zone);
    }

    /** The recording times of the entries, oldest first, in the order of the slider. */
    public List<String> instants() {
        return entries.reversed().stream()
                .map(entry -> entry.recordedAt().toString())
                .toList();
    }

    /** The {@link #instants} as values of the date field. */
    public List<String> locals() {
        return entries.reversed().stream()
                .map(entry -> inField(entry.recordedAt(), zone).toString())
                .toList();
    }

    /** The number of entries that were recorded by the instant that is shown. */
    public long known() {
        return entries.stream()
                .filter(entry -> asOf == null || !entry.recordedAt().isAfter(asOf))
                .count();
    }

    public String newest() {
        return address(null, text(asOf));
    }

    public String behind(@Nullable String entry) {
        return address(entry, text(asOf));
    }

    public String now() {
        return address(before, null);
    }

    public String at(Instant instant) {
        return address(before, instant.toString());
    }

    /** The link of {@link #at} without its instant, which a script appends. */
    public String atAny() {
        return address(before, "");
    }

    private String address(@Nullable String behind, @Nullable String instant) {
        var uri = UriComponentsBuilder.fromPath("/people/{id}/audit").uriVariables(Map.of("id", person));
        if (behind != null) {
            uri.queryParam("before", "{before}").uriVariables(Map.of("before", behind));
        }
        if (instant != null) {
            uri.queryParam("asOf", "{asOf}").uriVariables(Map.of("asOf", instant));
        }
        return uri.encode().build().toUriString();
    }

    private static @Nullable String text(@Nullable Instant instant) {
        return instant == null ? null : instant.toString();
    }
}
