package org.consentledger.standalone;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.Yaml;

/** docker-compose.yml, as far as it can be looked at without Docker. */
final class ComposeFile {

    static final Path ROOT = Path.of("..");

    private final Map<String, Object> services;

    ComposeFile() {
        try (var file = Files.newBufferedReader(ROOT.resolve("docker-compose.yml"))) {
            Map<String, Map<String, Object>> compose = new Yaml().load(file);
            services = compose.get("services");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What a service is given. */
    @SuppressWarnings("unchecked") // YAML
    Map<String, Object> environment(String service) {
        return (Map<String, Object>) ((Map<String, Object>) services.get(service)).get("environment");
    }

    /** The jar that a service runs. */
    @SuppressWarnings("unchecked") // YAML
    Path jar(String service) {
        return ((List<String>) ((Map<String, Object>) services.get(service)).get("volumes"))
                .stream()
                        .filter(volume -> volume.contains(":/ledger.jar"))
                        .map(volume -> ROOT.resolve(volume.substring(0, volume.indexOf(':')))
                                .normalize())
                        .findFirst()
                        .orElseThrow();
    }
}
