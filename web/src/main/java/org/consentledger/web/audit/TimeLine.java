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
 * A stretch of what was recorded about one person, and the addresses that lead along it and back in time.
 *
 * @param entries the newest first
 * @param before behind which entry it begins; absent where it begins with the newest of all
 * @param asOf the instant that is looked at; absent where none is
 * @param zone in which the page names instants
 */
record TimeLine(
        UUID person,
        List<Entry> entries,
        @Nullable String before,
        @Nullable Instant asOf,
        ZoneId zone) {

    private static final long TO_THE_NEXT_MILLISECOND = 999_999;

    /**
     * An instant as the field for one names it: to its step, a millisecond, and never before the instant. Whoever asks
     * for what the field says would else not see the very fact that it was filled from.
     */
    static LocalDateTime inField(Instant instant, ZoneId zone) {
        return LocalDateTime.ofInstant(
                instant.plusNanos(TO_THE_NEXT_MILLISECOND).truncatedTo(ChronoUnit.MILLIS), zone);
    }

    /** When each entry was recorded, the oldest first, as a slider goes. */
    public List<String> instants() {
        return entries.reversed().stream()
                .map(entry -> entry.recordedAt().toString())
                .toList();
    }

    /** The {@link #instants}, as the field names them. */
    public List<String> locals() {
        return entries.reversed().stream()
                .map(entry -> inField(entry.recordedAt(), zone).toString())
                .toList();
    }

    /** How many of the entries were known at the instant that is looked at. */
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

    /** {@link #at} any instant, which is to be put behind it. */
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
