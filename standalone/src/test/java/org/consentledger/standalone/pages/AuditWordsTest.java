package org.consentledger.standalone.pages;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Locale;
import java.util.ResourceBundle;
import org.consentledger.kernel.person.AuthorizationType;
import org.consentledger.kernel.person.EmailFailure;
import org.consentledger.kernel.person.EmailRefusal;
import org.consentledger.kernel.person.SourceType;
import org.consentledger.kernel.person.SubscriptionStatus;
import org.consentledger.kernel.person.UnsubscribeCause;
import org.consentledger.kernel.person.UnsubscribeReason;
import org.consentledger.kernel.provenance.Via;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The pages know the ledger's codes from its answers alone, so nothing but a test can see that each has its words. */
class AuditWordsTest {

    @ParameterizedTest
    @ValueSource(strings = {"en", "zh-TW"})
    void every_code_of_an_event_has_a_translation(String language) {
        var words = ResourceBundle.getBundle("org.consentledger.web.messages", Locale.forLanguageTag(language));

        assertInWords(words, "authorization.", AuthorizationType.values());
        assertInWords(words, "source.", SourceType.values());
        assertInWords(words, "subscription.", SubscriptionStatus.values());
        assertInWords(words, "reason.", UnsubscribeReason.values());
        assertInWords(words, "cause.", UnsubscribeCause.values());
        assertInWords(words, "via.", Via.values());
        assertInWords(words, "email.reason.", EmailRefusal.values());
        assertInWords(words, "email.reason.", EmailFailure.values());
    }

    private static void assertInWords(ResourceBundle words, String prefix, Enum<?>[] codes) {
        assertThat(words.keySet())
                .containsAll(
                        Arrays.stream(codes).map(code -> prefix + code.name()).toList());
    }
}
