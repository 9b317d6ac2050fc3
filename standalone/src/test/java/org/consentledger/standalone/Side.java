package org.consentledger.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.consentledger.command.CommandSideApplication;
import org.consentledger.query.QuerySideApplication;

/** One side as a program of its own, and its API. */
final class Side implements AutoCloseable {

    private final JavaProcess process;
    private final Api api;

    /** Starts a side as it is shipped, with what docker-compose.yml gives it, and waits until it is ready. */
    Side(Program program, Map<String, String> environment, TestIssuer issuer) {
        this(program, program::start, environment, issuer);
    }

    /**
     * The same from the classes, which starts in half of the time.
     *
     * @param settings what is not to be as it is by default, as {@code --name=value}
     */
    Side(Program program, Map<String, String> environment, List<String> settings, TestIssuer issuer) {
        this(program, all -> program.startClasses(all, settings), environment, issuer);
    }

    private Side(
            Program program,
            Function<Map<String, String>, JavaProcess> start,
            Map<String, String> environment,
            TestIssuer issuer) {
        var port = JavaProcess.freePort();
        var all = new HashMap<>(environment);
        all.put("SERVER_ADDRESS", "127.0.0.1");
        // Empty, as where nothing is synced
        List.of("INSTANCE_URL", "CLIENT_ID", "CLIENT_SECRET").forEach(name -> all.put("LEDGER_SALESFORCE_" + name, ""));
        all.put("SERVER_PORT", Integer.toString(port));
        assertThat(all.keySet())
                .isEqualTo(new ComposeFile().environment(program.module).keySet());
        process = start.apply(all);
        api = new Api(port, issuer::token);
        try {
            api.awaitReady(process);
        } catch (RuntimeException | Error e) {
            close();
            throw new AssertionError(process.log(), e);
        }
    }

    Api api() {
        return api;
    }

    JavaProcess process() {
        return process;
    }

    @Override
    public void close() {
        api.close();
        process.close();
    }

    /** The two programs. */
    enum Program {
        COMMAND_SIDE("command-side", CommandSideApplication.class),
        QUERY_SIDE("query-side", QuerySideApplication.class);

        private final String module;
        private final Class<?> mainClass;

        Program(String module, Class<?> mainClass) {
            this.module = module;
            this.mainClass = mainClass;
        }

        /** The jar that is shipped, where this build has packed it, else the classes. */
        JavaProcess start(Map<String, String> environment) {
            var jar = new ComposeFile().jar(module);
            return Files.exists(jar) && PackedClasses.of(jar).equals(PackedClasses.compiled(module))
                    ? JavaProcess.launch(jar, environment)
                    : JavaProcess.launch(mainClass, environment, List.of());
        }

        /** The ledger has the same class path, so what the virtual machine has learnt from it holds here too. */
        JavaProcess startClasses(Map<String, String> environment, List<String> settings) {
            return JavaProcess.launch(mainClass, AheadOfTimeCache.options(), environment, settings);
        }
    }
}
