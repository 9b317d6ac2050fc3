package org.consentledger.query.readmodel;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.mongodb.ErrorCategory;
import com.mongodb.MongoBulkWriteException;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.BulkWriteOptions;
import com.mongodb.client.model.WriteModel;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import org.bson.Document;
import org.jspecify.annotations.Nullable;

/**
 * Converts values to and from their form in MongoDB. Dates of MongoDB have milliseconds only, so an instant is stored
 * as a text of fixed width that sorts chronologically.
 */
public final class Bson {

    private static final BulkWriteOptions UNORDERED = new BulkWriteOptions().ordered(false);
    private static final DateTimeFormatter MICROSECONDS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    /**
     * Formats an instant as a text of fixed width, to the microsecond. It is written by hand because most documents
     * have several instants.
     */
    public static String text(Instant instant) {
        var time = LocalDateTime.ofEpochSecond(instant.getEpochSecond(), instant.getNano(), ZoneOffset.UTC);
        if (time.getYear() < 0 || time.getYear() > 9_999) {
            return MICROSECONDS.format(instant);
        }
        var text = "0000-00-00T00:00:00.000000Z".getBytes(US_ASCII);
        digits(text, 4, time.getYear());
        digits(text, 7, time.getMonthValue());
        digits(text, 10, time.getDayOfMonth());
        digits(text, 13, time.getHour());
        digits(text, 16, time.getMinute());
        digits(text, 19, time.getSecond());
        digits(text, 26, time.getNano() / 1_000);
        return new String(text, US_ASCII);
    }

    /** Writes the digits of a number so that the last one stands before the index {@code end}. */
    private static void digits(byte[] text, int end, int number) {
        var rest = number;
        for (int at = end - 1; rest > 0; at--) {
            text[at] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
    }

    public static @Nullable String text(@Nullable LocalDate date) {
        return date == null ? null : date.toString();
    }

    public static @Nullable String text(@Nullable Enum<?> constant) {
        return constant == null ? null : constant.name();
    }

    public static Instant instant(Document document, String field) {
        return Instant.parse(required(document, field));
    }

    public static @Nullable LocalDate date(Document document, String field) {
        var text = document.getString(field);
        return text == null ? null : LocalDate.parse(text);
    }

    public static <E extends Enum<E>> @Nullable E constant(Class<E> type, Document document, String field) {
        var text = document.getString(field);
        return text == null ? null : Enum.valueOf(type, text);
    }

    /**
     * Reads a text that must be present.
     *
     * @throws IllegalStateException if it is absent
     */
    public static String required(Document document, String field) {
        var text = document.getString(field);
        if (text == null) {
            throw new IllegalStateException("The document " + document.get("_id") + " lacks " + field);
        }
        return text;
    }

    /** Reads a whole number that must be present. The server may store it with 32 or 64 bits. */
    public static long number(Document document, String field) {
        if (document.get(field) instanceof Number number) {
            return number.longValue();
        }
        throw new IllegalStateException("The document " + document.get("_id") + " lacks " + field);
    }

    public static List<String> texts(Document document, String field) {
        return document.getList(field, String.class, List.of());
    }

    public static Document of(ActorView actor) {
        return new Document("id", actor.id()).append("name", actor.name());
    }

    public static ActorView actor(Document document, String field) {
        var actor = document.get(field, Document.class);
        return new ActorView(required(actor, "id"), required(actor, "name"));
    }

    /**
     * Removes the fields without a value, at every level. Absent and null mean the same, and most fields of most
     * documents have no value.
     */
    public static Document compact(Document document) {
        document.values().removeIf(value -> value == null);
        document.values().forEach(Bson::compactWithin);
        return document;
    }

    private static void compactWithin(Object value) {
        if (value instanceof Document inner) {
            compact(inner);
        } else if (value instanceof List<?> list) {
            list.forEach(Bson::compactWithin);
        }
    }

    /**
     * Writes in any order. A duplicate key is not an error: in a write with a guard it means that the collection is
     * already ahead, and in an insert that the event is already stored.
     */
    public static void write(MongoCollection<Document> collection, List<? extends WriteModel<Document>> writes) {
        if (writes.isEmpty()) {
            return;
        }
        try {
            collection.bulkWrite(writes, UNORDERED);
        } catch (MongoBulkWriteException e) {
            throwUnlessDuplicateKeys(e);
        }
    }

    static void throwUnlessDuplicateKeys(MongoBulkWriteException failure) {
        var others = failure.getWriteErrors().stream()
                .anyMatch(error -> ErrorCategory.fromErrorCode(error.getCode()) != ErrorCategory.DUPLICATE_KEY);
        if (others || failure.getWriteConcernError() != null) {
            throw failure;
        }
    }

    private Bson() {}
}
