package org.consentledger.kernel.person;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EmailAddressTest {

    private static final String ADA = "ada@example.org";

    @Nested
    class Is_the_same_mailbox {

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "ada@example.org\u00a0",
                    "\u200bada@example.org",
                    "a\u200bda@example.org",
                    "ada@exam\u00adple.org",
                    "\ufeffada@example.org\u2060",
                    "ada\u200e@example.org\u202c",
                    "ada\ufe0f@example.org",
                    "\u3164ada@example.org",
                    "ada\udb40\udc61@example.org",
                    "\u3000ada@example.org\u2028",
                    "\tada@example.org\r\n",
                    "\u1680\u2003\u202f\u205fada@example.org\u0085"
                })
        void with_invisible_characters_and_every_kind_of_space(String spelling) {
            assertSameMailbox(spelling);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "\uff41\uff44\uff41@example.org",
                    "ada\uff20example.org",
                    "ada\ufe6bexample.org",
                    "ada@example\uff0eorg",
                    "ada@example\u3002org",
                    "ada@example\uff61org"
                })
        void in_full_width_and_small_characters(String spelling) {
            assertSameMailbox(spelling);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "<ada@example.org>",
                    "\"ada@example.org\"",
                    "'ada@example.org'",
                    "'ada@example.org",
                    "\u201cada@example.org\u201d",
                    "[ada@example.org]",
                    "( ada@example.org )",
                    "mailto:ada@example.org",
                    "MAILTO: ada@example.org?subject=Unsubscribe",
                    "<mailto:ada@example.org>",
                    "\" <ada@example.org> \"",
                    "ada@example.org.",
                    "ada@example.org..",
                    "Ada@Example.ORG"
                })
        void in_quotes_in_brackets_as_a_link_or_with_a_dot_at_the_end(String spelling) {
            assertSameMailbox(spelling);
        }

        @ParameterizedTest
        @CsvSource({
            "ada@münchen.example, ada@xn--mnchen-3ya.example",
            "ada@MÜNCHEN.example, ada@XN--MNCHEN-3YA.example",
            "ada@mu\u0308nchen.example, ada@münchen.example",
            "ada@例え.example, ada@xn--r8jz45g.example",
            "ada@straße.example, ada@xn--strae-oqa.example",
            "ΟΔΥΣΣΕΥΣ@example.org, οδυσσευς@example.org",
            "jörg@example.org, JO\u0308RG@example.org"
        })
        void with_a_domain_or_a_name_beyond_ascii(String one, String other) {
            assertThat(EmailAddress.isWellFormed(one)).isTrue();
            assertThat(EmailAddress.isWellFormed(other)).isTrue();
            assertThat(EmailAddress.comparable(one)).isEqualTo(EmailAddress.comparable(other));
        }

        private void assertSameMailbox(String spelling) {
            assertThat(EmailAddress.isWellFormed(spelling)).isTrue();
            assertThat(EmailAddress.written(spelling)).isEqualToIgnoringCase(ADA);
            assertThat(EmailAddress.comparable(spelling)).isEqualTo(ADA);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "ada@example.org, ada@example.com",
        "ada@straße.example, ada@strasse.example",
        "ada+news@example.org, ada@example.org",
        "a.da@example.org, ada@example.org"
    })
    void is_another_mailbox_with_another_name_or_domain(String one, String other) {
        assertThat(EmailAddress.comparable(one)).isNotEqualTo(EmailAddress.comparable(other));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ada@example.org\ufffd",
                "ada lovelace@example.org",
                "ada\u00a0b@example.org",
                "ada@exam ple.org",
                "ada@@example.org",
                "@example.org",
                "ada@",
                "ada",
                "",
                "\u200b",
                "'",
                "ada@.org",
                "ada@example..org",
                "Ada <ada@example.org>",
                "ada@example.org, bo@example.org",
                "ada\u0000@example.org",
                "ada\ue000@example.org",
                "ada@xn--a.example"
            })
    void is_no_address_with_characters_that_none_has(String text) {
        assertThat(EmailAddress.isWellFormed(text)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"o'neil@example.org", "_ada-@ex_ample.org", "ada@-example-.org", "{ada}@example.org", "ADA@[x"})
    void keeps_what_belongs_to_it(String address) {
        assertThat(EmailAddress.written(address)).isEqualTo(address);
    }

    /** Stored addresses are normalised again whenever they are compared. */
    @Test
    void in_its_written_form_stays_as_it_is() {
        var random = new Random(17);
        var pieces = "ab'\"<>()[]{}. \u00a0\u200b\uff20@@@\u3002ıİßΣüu\u0308-:mailto:xn--?".split("");
        for (int round = 0; round < 20_000; round++) {
            var text = new StringBuilder();
            for (int length = random.nextInt(12); length >= 0; length--) {
                text.append(pieces[random.nextInt(pieces.length)]);
            }
            var written = EmailAddress.written(text.toString());
            assertThat(EmailAddress.written(written)).isEqualTo(written);
            if (EmailAddress.isWellFormed(text.toString())) {
                var comparable = EmailAddress.comparable(text.toString());
                assertThat(EmailAddress.comparable(comparable)).isEqualTo(comparable);
            }
        }
    }
}
