package org.consentledger.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/**
 * What can be said of docker-compose.yml without Docker: it gives what the programs ask for, and asks for what it says.
 */
class ComposeFileTest {

    private static final Pattern WITHOUT_DEFAULT = Pattern.compile("\\$\\{(LEDGER_[A-Z_]+)}");
    private static final Pattern DEMANDED = Pattern.compile("\\$\\{([A-Z_]+):\\?}");

    private final ComposeFile file = new ComposeFile();

    @ParameterizedTest
    @ValueSource(strings = {"command-side", "query-side"})
    void each_side_gets_its_required_settings(String side) throws IOException {
        var wanted = new TreeSet<String>();
        for (var resource : new String[] {"/foundation.yaml", "/" + side + ".yaml"}) {
            try (var settings = getClass().getResourceAsStream(resource)) {
                assertThat(settings).as(resource).isNotNull();
                found(WITHOUT_DEFAULT, new String(settings.readAllBytes())).forEach(wanted::add);
            }
        }
        assertThat(wanted).isNotEmpty();
        assertThat(file.environment(side).keySet()).containsAll(wanted);
    }

    @Test
    void the_pages_get_their_required_settings() throws IOException {
        try (var settings = getClass().getResourceAsStream("/web.yaml")) {
            assertThat(settings).isNotNull();
            assertThat(file.environment("web").keySet())
                    .containsAll(found(WITHOUT_DEFAULT, new String(settings.readAllBytes())));
        }
        var realm = new JsonMapper().readTree(ComposeFile.ROOT.resolve("docker").resolve("keycloak-realm.json"));
        assertThat(realm.get("clients").findValuesAsString("clientId"))
                .contains(String.valueOf(file.environment("web").get("LEDGER_WEB_CLIENT_ID")));
        assertThat(realm.get("clients").findValuesAsString("secret")).contains("${LEDGER_WEB_CLIENT_SECRET}");
        assertThat(file.jar("web").getFileName().toString()).startsWith("web-");
    }

    @Test
    void every_secret_comes_from_the_environment_file_and_none_has_a_default() throws IOException {
        var compose = Files.readString(ComposeFile.ROOT.resolve("docker-compose.yml"));
        var example = Files.readString(ComposeFile.ROOT.resolve("docker-compose.env.example"));

        assertThat(compose).doesNotContain(":-");
        assertThat(found(Pattern.compile("(?m)^([A-Z_]+)=$"), example)).isEqualTo(found(DEMANDED, compose));
        assertThat(found(Pattern.compile("(?m)^([A-Z_]+)=.+$"), example)).isEmpty();
    }

    @Test
    void the_realm_has_a_client_for_each_role_with_its_secret_from_the_environment() {
        var realm = new JsonMapper().readTree(ComposeFile.ROOT.resolve("docker").resolve("keycloak-realm.json"));
        for (var role : new String[] {"operator", "admin", "auditor", "analyst"}) {
            var secret = "LEDGER_" + role.toUpperCase(Locale.ROOT) + "_SECRET";
            assertThat(realm.get("clients").findValuesAsString("secret")).contains("${" + secret + "}");
            assertThat(file.environment("keycloak")).containsKey(secret);
        }
        assertThat(String.valueOf(file.environment("command-side").get("LEDGER_ISSUER_URI")))
                .endsWith("/realms/" + realm.get("realm").asString());
    }

    private static Set<String> found(Pattern pattern, String text) {
        return new TreeSet<>(
                pattern.matcher(text).results().map(match -> match.group(1)).toList());
    }
}
