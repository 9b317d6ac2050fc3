package org.consentledger.foundation.http;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.consentledger.kernel.person.PersonId;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.exc.InputCoercionException;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;

/** Describes where and why JSON can't be read, without the values that Jackson's own messages quote. */
public final class UnreadableJson {

    // The form of our own field names. Any other name in a request may be personal data.
    private static final Pattern SAFE_NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_]{0,63}");

    public static FieldProblem describe(JacksonException unreadable) {
        return switch (unreadable) {
            case UnrecognizedPropertyException unknown -> new FieldProblem(pathOf(unknown), "is not a known field");
            case MismatchedInputException mismatch ->
                new FieldProblem(
                        pathOf(mismatch),
                        isTrailing(mismatch) ? "has something after its end" : expectation(mismatch.getTargetType()));
            case InputCoercionException tooLarge ->
                new FieldProblem(pathOf(tooLarge), expectation(tooLarge.getTargetType()));
            case StreamConstraintsException tooMuch ->
                new FieldProblem(
                        pathOf(tooMuch),
                        "is nested more than %d deep, or has a name or number that is too long"
                                .formatted(HttpJson.MAX_DEPTH));
            default -> syntax(unreadable);
        };
    }

    private static FieldProblem syntax(JacksonException unreadable) {
        // Jackson has no exception type for duplicate fields, and only the parser knows the field's name
        if (unreadable.getOriginalMessage().startsWith("Duplicate ")) {
            var name = unreadable.processor() instanceof JsonParser parser ? parser.currentName() : null;
            return new FieldProblem(join(pathOf(unreadable), safe(name)), "is given twice");
        }
        var location = unreadable.getLocation();
        return new FieldProblem(
                pathOf(unreadable),
                location == null || location.getLineNr() < 1
                        ? "is not well-formed JSON"
                        : "is not well-formed JSON at line %d, column %d"
                                .formatted(location.getLineNr(), location.getColumnNr()));
    }

    private static boolean isTrailing(MismatchedInputException mismatch) {
        return mismatch.getOriginalMessage().startsWith("Trailing token");
    }

    /** Describes the values of a type. */
    static String expectation(@Nullable Class<?> type) {
        if (type == null) {
            return "is not of the expected type";
        }
        if (type.isEnum()) {
            return "must be one of "
                    + Stream.of(type.getEnumConstants())
                            .map(constant -> ((Enum<?>) constant).name())
                            .collect(Collectors.joining(", "));
        }
        if (type == String.class) {
            return "must be a text";
        }
        if (type == LocalDate.class) {
            return "must be a date such as 2026-11-24";
        }
        if (type == Instant.class) {
            return "must be an instant such as 2026-11-24T09:00:00Z";
        }
        if (type == UUID.class || type == PersonId.class) {
            return "must be a UUID";
        }
        if (type == Boolean.class || type == boolean.class) {
            return "must be true or false";
        }
        if (Number.class.isAssignableFrom(type) || type.isPrimitive()) {
            return "must be a number in the allowed range";
        }
        if (Iterable.class.isAssignableFrom(type) || type.isArray()) {
            return "must be a list";
        }
        return "must be an object";
    }

    private static String pathOf(JacksonException unreadable) {
        var path = "";
        for (var step : unreadable.getPath()) {
            path = step.getPropertyName() == null
                    ? path + (step.getIndex() < 0 ? "" : "[" + step.getIndex() + "]")
                    : join(path, safe(step.getPropertyName()));
        }
        return path;
    }

    private static String join(String path, String name) {
        return path.isEmpty() || name.isEmpty() ? path + name : path + "." + name;
    }

    private static String safe(@Nullable String name) {
        return name != null && SAFE_NAME.matcher(name).matches() ? name : "";
    }

    static List<FieldProblem> listOf(JacksonException unreadable) {
        return List.of(describe(unreadable));
    }

    private UnreadableJson() {}
}
