package org.consentledger.standalone;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.springframework.util.FileSystemUtils;

/**
 * Gives tests a ledger with default settings that starts once for all of them. A test that takes it MUST leave it
 * running and MUST NOT rely on an empty store.
 */
public final class SharedLedger implements ParameterResolver {

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == LedgerProcess.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return context.getRoot()
                .getStore(ExtensionContext.Namespace.create(SharedLedger.class))
                .computeIfAbsent(Running.class, type -> Running.start(), Running.class)
                .ledger();
    }

    /** The ledger and its data directory. JUnit closes them after the last test of the module. */
    private record Running(Path data, LedgerProcess ledger) implements AutoCloseable {

        static Running start() {
            try {
                var data = Files.createTempDirectory("shared-ledger");
                return new Running(data, LedgerProcess.start(data));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() {
            ledger.close();
            FileSystemUtils.deleteRecursively(data.toFile());
        }
    }
}
