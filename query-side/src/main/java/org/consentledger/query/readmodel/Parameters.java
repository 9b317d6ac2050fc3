package org.consentledger.query.readmodel;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.consentledger.foundation.http.InvalidRequest;
import org.jspecify.annotations.Nullable;

/** Parses the request parameters of queries, and names the parameter that is invalid. */
public final class Parameters {

    private static final int DEFAULT_LIMIT = 50;
    private static final int HIGHEST_LIMIT = 200;

    /** The page size: 1 to 200, 50 by default. */
    public static int limit(@Nullable String text) {
        return text == null ? DEFAULT_LIMIT : (int) number("limit", text, 1, HIGHEST_LIMIT);
    }

    /** Parses a parameter that is true or false; false by default. */
    public static boolean flag(String name, @Nullable String text) {
        return switch (text) {
            case null -> false;
            case "true" -> true;
            case "false" -> false;
            default -> throw InvalidRequest.of(name, "must be true or false");
        };
    }

    public static long number(String name, String text, long lowest, long highest) {
        try {
            var number = Long.parseLong(text);
            if (number >= lowest && number <= highest) {
                return number;
            }
        } catch (NumberFormatException e) {
            // the same answer as for a number out of range
        }
        throw InvalidRequest.of(name, "must be a whole number from %d to %d".formatted(lowest, highest));
    }

    public static @Nullable Instant instant(String name, @Nullable String text) {
        if (text == null) {
            return null;
        }
        try {
            return Instant.parse(text);
        } catch (DateTimeException e) {
            throw InvalidRequest.of(name, "must be an instant such as 2026-11-24T09:00:00Z");
        }
    }

    public static @Nullable LocalDate date(String name, @Nullable String text) {
        if (text == null) {
            return null;
        }
        try {
            var date = LocalDate.parse(text);
            if (date.getYear() >= 1 && date.getYear() <= 9999) {
                return date;
            }
        } catch (DateTimeException e) {
            // the same answer as for a date out of range
        }
        throw InvalidRequest.of(name, "must be a date such as 2026-11-24");
    }

    public static <E extends Enum<E>> @Nullable E constant(String name, Class<E> type, @Nullable String text) {
        if (text == null) {
            return null;
        }
        for (var constant : type.getEnumConstants()) {
            if (constant.name().equals(text)) {
                return constant;
            }
        }
        throw InvalidRequest.of(
                name,
                "must be one of "
                        + Arrays.stream(type.getEnumConstants()).map(Enum::name).collect(Collectors.joining(", ")));
    }

    private Parameters() {}
}
