package org.consentledger.web.session;

import static java.util.Map.entry;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.consentledger.web.ledger.LedgerProblem;
import org.jspecify.annotations.Nullable;
import org.springframework.context.MessageSource;

/** The texts of the pages in all their languages. */
public final class Texts {

    private static final DateTimeFormatter INSTANT = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm", Locale.ROOT);
    private static final DateTimeFormatter TO_THE_SECOND =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT);
    private static final Pattern TOO_LONG = Pattern.compile("must have at most (\\d+) characters");
    private static final Map<String, String> CODED = Map.ofEntries(
            entry("authorization.type", "authorization."),
            entry("source.type", "source."),
            entry("subscription.status", "subscription."),
            entry("subscription.reason", "reason."),
            entry("suppression.reason", "reason."),
            entry("subscription.cause", "cause."),
            entry("resubscribeRequest", "code."),
            entry("email.state", "email.state."),
            entry("email.reason", "email.reason."),
            entry("email.nonCommercial", "answer."),
            entry("suppressed", "answer."),
            entry("erased", "answer."));

    /**
     * On forms the label of a list field contains an instruction (one on each line), so here it gets that of a single
     * value.
     */
    private static final Map<String, String> ONE_OF_SEVERAL = Map.of("emails", "email", "phones", "phone");

    private final MessageSource messages;
    private final ZoneId zone;

    Texts(MessageSource messages, ZoneId zone) {
        this.messages = messages;
        this.zone = zone;
    }

    /** The texts in the language of one user. */
    public LocalizedTexts in(Locale locale) {
        return new LocalizedTexts(locale);
    }

    /** The texts in one language. Templates call its methods, so their names must match. */
    public final class LocalizedTexts {

        private final Locale locale;

        private LocalizedTexts(Locale locale) {
            this.locale = locale;
        }

        /** The message of a key. */
        public String text(String key, Object... arguments) {
            return messages.getMessage(key, arguments, locale);
        }

        /** The message of a notice. */
        public String notice(Notice notice) {
            return messages.getMessage(notice.key(), notice.arguments().toArray(), locale);
        }

        /** The label of a code; the code itself if the pages don't know it. */
        public String code(String kind, @Nullable String code) {
            return code == null || code.isEmpty() ? "" : known(kind + "." + code, code);
        }

        /** The name of an event type. A type that is newer than the pages is split into words. */
        public String event(String type) {
            return known("event." + type, type.replaceAll("(?<=[a-z])(?=[A-Z])", " "));
        }

        public String field(String field) {
            var last = field.substring(field.lastIndexOf('.') + 1);
            return known("field." + ONE_OF_SEVERAL.getOrDefault(field, field), known("field." + last, field));
        }

        /** The previous or the new value of a change. */
        public String value(String field, @Nullable Object value) {
            return switch (value) {
                case null -> "";
                case Collection<?> several ->
                    several.stream().map(String::valueOf).collect(Collectors.joining(", "));
                default -> known(CODED.getOrDefault(field, "?") + value, value.toString());
            };
        }

        /** An instant with its time zone. */
        public String instant(@Nullable Instant instant) {
            return instant == null ? "" : moment(instant) + " " + zone();
        }

        /** As {@link #instant}, without the time zone, for tables whose heading has it. */
        public String moment(@Nullable Instant instant) {
            return instant == null ? "" : INSTANT.format(instant.atZone(zone));
        }

        public String exactly(@Nullable Instant instant) {
            return instant == null ? "" : TO_THE_SECOND.format(instant.atZone(zone)) + " " + zone();
        }

        public String zone() {
            return zone.getId();
        }

        public String date(@Nullable LocalDate date) {
            return date == null ? "" : date.toString();
        }

        public String number(long number) {
            return "%,d".formatted(number);
        }

        /** The reason why the ledger refused a form. */
        public String problem(LedgerProblem problem) {
            var fallback = problem.detail().isBlank() ? text("problem.other") : problem.detail();
            return known("problem." + problem.slug(), fallback);
        }

        /** The reason why the ledger refused a field. */
        public String detail(String detail) {
            var tooLong = TOO_LONG.matcher(detail);
            if (tooLong.matches()) {
                return text("detail.too-long", tooLong.group(1));
            }
            return known("detail." + detail.replaceAll("[^A-Za-z0-9]+", "-"), detail);
        }

        private String known(String key, String otherwise) {
            var text = messages.getMessage(key, null, otherwise, locale);
            return text == null ? otherwise : text;
        }
    }
}
