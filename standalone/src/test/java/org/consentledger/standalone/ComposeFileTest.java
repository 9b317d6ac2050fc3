package org.consentledger.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.Yaml;
import tools.jackson.databind.json.JsonMapper;

/**
 * What can be said of docker-compose.yml without Docker: it gives what the programs ask for, and asks for what it says.
 */
class ComposeFileTest {

    private static final Path ROOT = Path.of("..");
    private static final Pattern WITHOUT_DEFAULT = Pattern.compile("\\$\\{(LEDGER_[A-Z_]+)}");
    private static final Pattern DEMANDED = Pattern.compile("\\$\\{([A-Z_]+):\\?}");

    private final Map<String, Object> services = services();

    @ParameterizedTest
    @ValueSource(strings = {"command-side", "query-side"})
    void each_side_is_given_what_it_does_not_start_without(String side) throws IOException {
        var wanted = new TreeSet<String>();
        for (var file : new String[] {"/foundation.yaml", "/" + side + ".yaml"}) {
            try (var settings = getClass().getResourceAsStream(file)) {
                assertThat(settings).as(file).isNotNull();
                found(WITHOUT_DEFAULT, new String(settings.readAllBytes())).forEach(wanted::add);
            }
        }
        assertThat(wanted).isNotEmpty();
        assertThat(environment(side).keySet()).containsAll(wanted);
    }

    @Test
    void every_secret_comes_from_the_environment_file_and_none_has_a_default() throws IOException {
        var compose = Files.readString(ROOT.resolve("docker-compose.yml"));
        var example = Files.readString(ROOT.resolve("docker-compose.env.example"));

        assertThat(compose).doesNotContain(":-");
        assertThat(found(Pattern.compile("(?m)^([A-Z_]+)=$"), example)).isEqualTo(found(DEMANDED, compose));
        assertThat(found(Pattern.compile("(?m)^([A-Z_]+)=.+$"), example)).isEmpty();
    }

    @Test
    void the_realm_has_a_client_for_each_role_with_its_secret_from_the_environment() {
        var realm = new JsonMapper().readTree(ROOT.resolve("docker").resolve("keycloak-realm.json"));
        for (var role : new String[] {"operator", "admin", "auditor", "analyst"}) {
            var secret = "LEDGER_" + role.toUpperCase(Locale.ROOT) + "_SECRET";
            assertThat(realm.get("clients").findValuesAsString("secret")).contains("${" + secret + "}");
            assertThat(environment("keycloak")).containsKey(secret);
        }
        assertThat(String.valueOf(environment("command-side").get("LEDGER_ISSUER_URI")))
                .endsWith("/realms/" + realm.get("realm").asString());
    }

    @SuppressWarnings("unchecked") // YAML
    private Map<String, Object> environment(String service) {
        return (Map<String, Object>) ((Map<String, Object>) services.get(service)).get("environment");
    }

    private static Map<String, Object> services() {
        try (var file = Files.newBufferedReader(ROOT.resolve("docker-compose.yml"))) {
            Map<String, Map<String, Object>> compose = new Yaml().load(file);
            return compose.get("services");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Set<String> found(Pattern pattern, String text) {
        return new TreeSet<>(
                pattern.matcher(text).results().map(match -> match.group(1)).toList());
    }
}
