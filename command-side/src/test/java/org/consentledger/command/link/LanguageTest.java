package org.consentledger.command.link;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LanguageTest {

    @ParameterizedTest
    @CsvSource(nullValues = "-", delimiter = '|', textBlock = """
            -     | -                               | ENGLISH
            -     | ''                              | ENGLISH
            -     | de                              | GERMAN
            -     | de-AT,en;q=0.7                  | GERMAN
            -     | pl,fr;q=0.8,en;q=0.5            | FRENCH
            -     | en;q=0.3,es;q=0.9               | SPANISH
            -     | zh-TW,zh;q=0.9,en;q=0.8         | TRADITIONAL_CHINESE
            -     | zh-Hant-HK                      | TRADITIONAL_CHINESE
            -     | de;q=0,fr                       | FRENCH
            -     | *                               | ENGLISH
            -     | ;;;q=                           | ENGLISH
            de    | fr                              | GERMAN
            ZH-tw | fr                              | TRADITIONAL_CHINESE
            tlh   | fr                              | FRENCH
            ''    | es                              | SPANISH
            """)
    void the_page_uses_the_chosen_language_or_else_the_readers_preferred_one(
            String chosen, String accepted, Language spoken) {
        assertThat(Language.of(chosen, accepted)).isEqualTo(spoken);
    }
}
