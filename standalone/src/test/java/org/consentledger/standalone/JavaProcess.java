package org.consentledger.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A program of ours in a virtual machine of its own, with what it prints kept. */
final class JavaProcess implements AutoCloseable {

    private final Path log;
    private final Process process;

    private JavaProcess(Path log, Process process) {
        this.log = log;
        this.process = process;
    }

    /** Runs a program from the classes that the tests run from. */
    static JavaProcess launch(Class<?> program, Map<String, String> environment, List<String> arguments) {
        return launch(program, List.of("-cp", System.getProperty("java.class.path")), environment, arguments);
    }

    /**
     * Runs a program.
     *
     * @param options where its classes are, and what else the virtual machine is told
     */
    static JavaProcess launch(
            Class<?> program, List<String> options, Map<String, String> environment, List<String> arguments) {
        var started = new ArrayList<>(options);
        started.add(program.getName());
        return launch(program.getSimpleName(), started, environment, arguments);
    }

    /** Runs a jar as it is shipped. */
    static JavaProcess launch(Path jar, Map<String, String> environment) {
        return launch(jar.getFileName().toString(), List.of("-jar", jar.toString()), environment, List.of());
    }

    private static JavaProcess launch(
            String name, List<String> program, Map<String, String> environment, List<String> arguments) {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                // They start sooner and with less work for the processor; no test looks at speed
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1"));
        command.addAll(program);
        command.addAll(arguments);
        try {
            var log = Files.createTempFile(name, ".log");
            var builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
            builder.environment().keySet().removeIf(key -> key.startsWith("LEDGER_"));
            builder.environment().putAll(environment);
            return new JavaProcess(log, builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static int freePort() {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Everything that the process printed so far. */
    String log() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    long pid() {
        return process.pid();
    }

    /** As an operator does: the process may finish what it has begun. */
    void stop() {
        process.destroy();
        assertThat(ends()).isTrue();
    }

    /** As the kernel does when memory is short: nothing is finished. */
    void kill() {
        process.destroyForcibly();
        assertThat(ends()).isTrue();
    }

    /** As a hypervisor does that suspends a machine: the process keeps all that it holds, and does nothing. */
    void freeze() {
        signal("STOP");
    }

    /** Ends {@link #freeze}. */
    void thaw() {
        signal("CONT");
    }

    private void signal(String name) {
        try {
            assertThat(new ProcessBuilder("kill", "-" + name, Long.toString(pid()))
                            .start()
                            .waitFor())
                    .isZero();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Waits for the process to end by itself. */
    int exitCode() {
        assertThat(ends()).as(this::log).isTrue();
        return process.exitValue();
    }

    private boolean ends() {
        try {
            return process.waitFor(3, TimeUnit.MINUTES);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        process.destroy();
        if (!ends()) {
            process.destroyForcibly();
        }
        try {
            Files.deleteIfExists(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
