package org.consentledger.standalone;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Map;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.MapPropertySource;

/**
 * Chooses the port before the beans that need it are created: the issuer's name, its redirect URIs, and the address of
 * the APIs for the pages all contain it. So {@code server.port=0}, any free port, works for all of them.
 */
final class OwnPort implements ApplicationContextInitializer<ConfigurableApplicationContext> {

    private static final String PORT = "server.port";

    @Override
    public void initialize(ConfigurableApplicationContext context) {
        var environment = context.getEnvironment();
        if (environment.getProperty(PORT, Integer.class, 8080) == 0) {
            environment
                    .getPropertySources()
                    .addFirst(new MapPropertySource("own port", Map.of(PORT, Integer.toString(free()))));
        }
    }

    private static int free() {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
