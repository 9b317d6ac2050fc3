package org.consentledger.foundation.store;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.consentledger.kernel.person.AddressEvent;
import org.consentledger.kernel.person.PersonEvent;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * The stored names of the event types, and their numbers in the table {@code event_type}. A name is short and ours, for
 * example {@code AuthorizationSet}, so Java classes and packages can move. A name is never changed and never reused.
 *
 * <p>The numbers are read from the table once. A new type needs a migration that adds its row. Thread-safe.
 */
final class EventTypes {

    private static final Map<String, Class<?>> CLASSES = Stream.of(PersonEvent.class, AddressEvent.class)
            .flatMap(family -> Arrays.stream(family.getPermittedSubclasses()))
            .collect(Collectors.toUnmodifiableMap(Class::getSimpleName, Function.identity()));

    private final JdbcTemplate jdbc;
    private volatile Numbers numbers = new Numbers(Map.of(), Map.of());

    private record Numbers(Map<String, Short> byName, Map<Short, String> byNumber) {}

    EventTypes(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /** Returns the class of a stored name, or null if the name is none of ours. */
    static @Nullable Class<?> classOf(String name) {
        return CLASSES.get(name);
    }

    /** Returns whether a class is one of the event types. */
    static boolean isEvent(Class<?> type) {
        return type.equals(CLASSES.get(type.getSimpleName()));
    }

    /** Returns whether the events of a stored name are about a person, so that a key encrypts them. */
    static boolean isAboutPerson(String name) {
        var type = CLASSES.get(name);
        return type != null && PersonEvent.class.isAssignableFrom(type);
    }

    /**
     * Returns the number of a stored name.
     *
     * @throws IllegalStateException if the table lacks the name
     */
    short numberOf(String name) {
        return require(findNumber(name), name);
    }

    /** Returns the number of a stored name, or null if the table lacks the name. */
    @Nullable
    Short findNumber(String name) {
        return find(Numbers::byName, name);
    }

    /**
     * Returns the stored name of a number.
     *
     * @throws IllegalStateException if the table lacks the number
     */
    String nameOf(short number) {
        return require(find(Numbers::byNumber, number), number);
    }

    private static <V> V require(@Nullable V found, Object wanted) {
        if (found == null) {
            throw new IllegalStateException("The table event_type has no row for " + wanted);
        }
        return found;
    }

    private <K, V> @Nullable V find(Function<Numbers, Map<K, V>> column, K wanted) {
        var found = column.apply(numbers).get(wanted);
        if (found == null) {
            numbers = read();
            found = column.apply(numbers).get(wanted);
        }
        return found;
    }

    private Numbers read() {
        var byName = new HashMap<String, Short>();
        jdbc.query("SELECT id, name FROM event_type", row -> {
            byName.put(row.getString(2), row.getShort(1));
        });
        return new Numbers(
                Map.copyOf(byName),
                byName.entrySet().stream()
                        .collect(Collectors.toUnmodifiableMap(Map.Entry::getValue, Map.Entry::getKey)));
    }
}
