package org.consentledger.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.MessageFormat;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Every text of the pages is in every language. */
class MessagesTest {

    private static final Path RESOURCES = Path.of("src", "main", "resources", "org", "consentledger", "web");
    private static final Path SOURCES = Path.of("src", "main", "java");
    private static final Pattern IN_TEMPLATE = Pattern.compile("#\\{([a-z][A-Za-z0-9.-]*)[(}]");
    private static final Pattern IN_EXPRESSION = Pattern.compile("say\\.text\\('([^']+)'");
    private static final Pattern IN_CODE =
            Pattern.compile("(?:say\\.text|Notice\\.(?:done|warning))\\((?:redirect,\\s*)?\"([^\"]+)\"");
    private static final Pattern TEXT = Pattern.compile(">([^<>]*\\p{L}{2,}[^<>]*)<");
    private static final Pattern ATTRIBUTE = Pattern.compile("\\s(title|placeholder|aria-label|alt)=\"([^\"]*)\"");

    /** Names, which are the same in every language, and a language in its own words. */
    private static final Set<String> NAMES = Set.of("Consent Ledger", "English", "繁體中文", "CSV");

    private final Properties english = read("messages.properties");
    private final Properties chinese = read("messages_zh_TW.properties");

    @Test
    void both_languages_have_the_same_keys() {
        assertThat(chinese.stringPropertyNames()).isEqualTo(english.stringPropertyNames());
    }

    @Test
    void no_text_is_empty_and_placeholders_are_the_same() {
        var placeholder = Pattern.compile("\\{\\d}");
        for (var key : english.stringPropertyNames()) {
            assertThat(chinese.getProperty(key)).as(key).isNotBlank();
            assertThat(found(placeholder, chinese.getProperty(key), 0))
                    .as(key)
                    .isEqualTo(found(placeholder, english.getProperty(key), 0));
        }
    }

    @Test
    void placeholders_are_filled_in_every_language() {
        for (var language : List.of(english, chinese)) {
            for (var key : language.stringPropertyNames()) {
                var text = language.getProperty(key);
                if (text.contains("{0}")) {
                    assertThat(new MessageFormat(text).format(new Object[] {"one", "two"}))
                            .as(key)
                            .contains("one")
                            .doesNotContain("{");
                    assertThat(text)
                            .as("a single quote would be swallowed in %s", key)
                            .doesNotContain("'");
                }
            }
        }
    }

    @Test
    void chinese_texts_are_chinese() {
        for (var key : english.stringPropertyNames()) {
            var text = chinese.getProperty(key);
            if (text.equals(english.getProperty(key))) {
                assertThat(text)
                        .as("untranslated: %s", key)
                        .isIn("API", "Facebook", "Twitter", "LinkedIn", "Salesforce ID");
            } else {
                assertThat(text.codePoints().anyMatch(Character::isIdeographic) || text.startsWith("{0}"))
                        .as("%s is Chinese", key)
                        .isTrue();
            }
        }
    }

    @Test
    void every_key_that_is_used_exists() {
        var used = new TreeSet<String>();
        for (var template : templates()) {
            used.addAll(found(IN_TEMPLATE, text(template), 1));
            used.addAll(found(IN_EXPRESSION, text(template), 1));
        }
        for (var source : files(SOURCES, ".java")) {
            used.addAll(found(IN_CODE, text(source), 1));
        }
        used.removeIf(key -> key.endsWith("."));
        assertThat(used).hasSizeGreaterThan(150);
        assertThat(english.stringPropertyNames()).containsAll(used);
    }

    @Test
    void templates_contain_no_literal_texts() {
        for (var template : templates()) {
            for (var said : found(TEXT, text(template), 1)) {
                assertThat(said.strip()).as("a text in %s", template).isIn(NAMES);
            }
            for (var said : found(ATTRIBUTE, text(template), 2)) {
                assertThat(said).as("an attribute in %s", template).doesNotMatch(".*\\p{L}{2,}.*");
            }
        }
    }

    private static List<Path> templates() {
        return files(RESOURCES.resolve("pages"), ".html");
    }

    private static List<Path> files(Path directory, String ending) {
        try (var files = Files.walk(directory)) {
            return files.filter(file -> file.toString().endsWith(ending))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Set<String> found(Pattern pattern, String text, int group) {
        var found = new TreeSet<String>();
        pattern.matcher(text).results().forEach(match -> found.add(match.group(group)));
        return found;
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Properties read(String name) {
        var properties = new Properties();
        try (var reader = Files.newBufferedReader(RESOURCES.resolve(name), UTF_8)) {
            properties.load(reader);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return properties;
    }
}
