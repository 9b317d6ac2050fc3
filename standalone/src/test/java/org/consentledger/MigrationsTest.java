package org.consentledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The Flyway scripts of all modules. Each feature has its own, in a folder that is named after its package. */
class MigrationsTest {

    private static final Pattern NAME = Pattern.compile("V(\\d+)__[a-z_]+\\.sql");
    private static final Path ROOT = Path.of("..");

    /** Flyway refuses two scripts of the same number only where it sees both. */
    @Test
    void each_number_is_used_once() throws IOException {
        assertThat(scripts("foundation", "command-side"))
                .extracting(
                        script -> NAME.matcher(script.getFileName().toString()).replaceFirst("$1"))
                .doesNotHaveDuplicates()
                .allMatch(number -> number.matches("\\d+"));
    }

    @Test
    void each_script_is_in_the_folder_of_a_feature_of_its_module() throws IOException {
        assertThat(scripts("foundation")).isNotEmpty().allMatch(script -> isFeature("foundation", script));
        assertThat(scripts("command-side")).isNotEmpty().allMatch(script -> isFeature("command-side", script));
    }

    /** The query side starts with Flyway switched off, and reads tables that the foundation defines. */
    @Test
    void the_query_side_has_no_scripts() {
        assertThat(migrations("query-side")).doesNotExist();
    }

    private static boolean isFeature(String module, Path script) {
        var sidePackage = module.equals("foundation") ? "foundation" : "command";
        var feature = migrations(module).relativize(script.getParent());
        return Files.exists(ROOT.resolve(module)
                .resolve("src/main/java/org/consentledger")
                .resolve(sidePackage)
                .resolve(feature)
                .resolve("package-info.java"));
    }

    private static List<Path> scripts(String... modules) throws IOException {
        var scripts = Stream.<Path>of();
        for (var module : modules) {
            try (var files = Files.walk(migrations(module))) {
                scripts = Stream.concat(scripts, files.filter(Files::isRegularFile).toList().stream());
            }
        }
        return scripts.toList();
    }

    private static Path migrations(String module) {
        return ROOT.resolve(module).resolve("src/main/resources/db/migration");
    }
}
