package org.consentledger.standalone;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** The pages as a program of their own: the jar that is shipped, which signs its users in at a ledger's issuer. */
public final class PagesProcess implements AutoCloseable {

    private static final Path JAR = new ComposeFile().jar("web");

    private final JavaProcess process;

    private PagesProcess(JavaProcess process) {
        this.process = process;
    }

    /** Whether this build has packed them; one that only compiles has not. */
    public static boolean arePacked() {
        return Files.exists(JAR) && PackedClasses.of(JAR).equals(PackedClasses.compiledAlone("web"));
    }

    public static int freePort() {
        return JavaProcess.freePort();
    }

    /** Starts the pages with what docs/operations.md says, and waits until they are ready. */
    public static PagesProcess start(int port, LedgerProcess ledger) {
        var address = ledger.api().uri("").toString();
        var process = JavaProcess.launch(
                JAR,
                Map.of(
                        "SERVER_ADDRESS",
                        "127.0.0.1",
                        "SERVER_PORT",
                        Integer.toString(port),
                        "LEDGER_ISSUER_URI",
                        address,
                        "LEDGER_WEB_CLIENT_ID",
                        "web",
                        "LEDGER_WEB_CLIENT_SECRET",
                        ledger.webClientSecret(),
                        "LEDGER_COMMANDS_URL",
                        address,
                        "LEDGER_QUERIES_URL",
                        address));
        try (var api = new Api(port, client -> "")) {
            api.awaitReady(process);
            return new PagesProcess(process);
        } catch (RuntimeException | Error e) {
            process.close();
            throw e;
        }
    }

    @Override
    public void close() {
        process.close();
    }
}
