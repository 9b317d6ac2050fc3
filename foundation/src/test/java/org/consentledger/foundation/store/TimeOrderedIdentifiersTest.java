package org.consentledger.foundation.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import java.util.function.LongBinaryOperator;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.axonframework.common.IdentifierFactory;
import org.consentledger.kernel.person.PersonId;
import org.junit.jupiter.api.Test;

/** The ids of people and events are inserted into every index in order of time (RFC 9562, section 5.7). */
class TimeOrderedIdentifiersTest {

    @Test
    void an_event_id_starts_with_its_time() {
        assertNamedByItsMoment(
                () -> UUID.fromString(IdentifierFactory.getInstance().generateIdentifier()));
    }

    @Test
    void a_person_id_starts_with_its_time() {
        assertNamedByItsMoment(() -> PersonId.random().value());
    }

    private static void assertNamedByItsMoment(Supplier<UUID> naming) {
        var before = System.currentTimeMillis();
        var name = naming.get();
        var after = System.currentTimeMillis();

        assertThat(name.version()).isEqualTo(7);
        assertThat(name.variant()).isEqualTo(2);
        assertThat(name.getMostSignificantBits() >>> 16).isBetween(before, after);
    }

    @Test
    void the_rest_of_an_id_is_random() {
        var names =
                Stream.generate(() -> PersonId.random().value()).limit(1_000).toList();

        assertThat(names).doesNotHaveDuplicates();
        assertThat(across(names, UUID::getMostSignificantBits, (one, other) -> one | other) & 0xfff)
                .isEqualTo(0xfff);
        assertThat(across(names, UUID::getMostSignificantBits, (one, other) -> one & other) & 0xfff)
                .isZero();
        assertThat(across(names, UUID::getLeastSignificantBits, (one, other) -> one | other))
                .isEqualTo(0xbfff_ffff_ffff_ffffL);
        assertThat(across(names, UUID::getLeastSignificantBits, (one, other) -> one & other))
                .isEqualTo(0x8000_0000_0000_0000L);
    }

    private static long across(Iterable<UUID> names, ToLongFunction<UUID> half, LongBinaryOperator with) {
        var all = half.applyAsLong(names.iterator().next());
        for (var name : names) {
            all = with.applyAsLong(all, half.applyAsLong(name));
        }
        return all;
    }
}
