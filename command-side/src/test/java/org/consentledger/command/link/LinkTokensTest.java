package org.consentledger.command.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LinkTokensTest {

    private static final RandomGenerator RANDOM = new SecureRandom();
    private static final String OLD = key();
    private static final String NEW = key();

    private final byte[] reference = bytes(LinkTokens.REFERENCE);

    @Test
    void a_token_gives_its_reference_and_needs_no_escaping_in_a_url() {
        var tokens = new LinkTokens(List.of(NEW));
        var token = tokens.tokenOf(reference);

        assertThat(token).matches("[A-Za-z0-9_-]{50}");
        assertThat(tokens.referenceIn(token)).hasValue(reference);
    }

    @Test
    void a_token_of_an_earlier_key_is_valid_and_new_tokens_are_signed_with_the_first_key() {
        var before = new LinkTokens(List.of(OLD));
        var rotated = new LinkTokens(List.of(NEW, OLD));

        assertThat(rotated.referenceIn(before.tokenOf(reference))).hasValue(reference);
        assertThat(before.referenceIn(rotated.tokenOf(reference))).isEmpty();
        assertThat(new LinkTokens(List.of(NEW)).referenceIn(rotated.tokenOf(reference)))
                .hasValue(reference);
    }

    @Test
    void a_token_of_a_retired_key_is_invalid() {
        assertThat(new LinkTokens(List.of(NEW)).referenceIn(new LinkTokens(List.of(OLD)).tokenOf(reference)))
                .isEmpty();
    }

    @Test
    void a_token_with_any_bit_changed_is_invalid() {
        var tokens = new LinkTokens(List.of(NEW, OLD));
        var bytes = Base64.getUrlDecoder().decode(tokens.tokenOf(reference));
        var changed = new ArrayList<String>();
        for (int bit = 0; bit < bytes.length * 8; bit++) {
            var copy = bytes.clone();
            copy[bit / 8] ^= (byte) (1 << bit % 8);
            changed.add(Base64.getUrlEncoder().withoutPadding().encodeToString(copy));
        }

        assertThat(changed)
                .allSatisfy(token -> assertThat(tokens.referenceIn(token)).isEmpty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "../../etc/passwd", "%00", "ÄÖÜ", "="})
    void other_texts_are_invalid(String text) {
        assertThat(new LinkTokens(List.of(NEW)).referenceIn(text)).isEmpty();
        assertThat(new LinkTokens(List.of(NEW)).referenceIn(text.repeat(50))).isEmpty();
    }

    @Test
    void random_texts_of_the_right_length_are_invalid() {
        var tokens = new LinkTokens(List.of(NEW));
        assertThat(IntStream.range(0, 10_000)
                        .mapToObj(number ->
                                Base64.getUrlEncoder().withoutPadding().encodeToString(bytes(37))))
                .noneMatch(token -> tokens.referenceIn(token).isPresent());
    }

    private static String key() {
        return Base64.getEncoder().encodeToString(bytes(32));
    }

    private static byte[] bytes(int count) {
        var bytes = new byte[count];
        RANDOM.nextBytes(bytes);
        return bytes;
    }
}
