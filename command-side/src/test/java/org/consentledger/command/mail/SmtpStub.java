package org.consentledger.command.mail;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** A mail server that misbehaves as it is told, and keeps every content that reached it as a whole. */
final class SmtpStub implements AutoCloseable {

    enum Mood {
        TAKES,
        GREETS_WITH_421,
        DEFERS_RECIPIENT,
        REFUSES_RECIPIENT,
        FORBIDS_RECIPIENT,
        REFUSES_RECIPIENT_WITHOUT_A_REASON,
        REFUSES_SENDER,
        DEFERS_CONTENT,
        REFUSES_CONTENT,
        HANGS_UP_BEFORE_CONTENT,
        HANGS_UP_AFTER_CONTENT,
        TAKES_AND_HANGS_UP,
        HOLDS_BEFORE_CONTENT,
        HOLDS_AFTER_CONTENT
    }

    /**
     * A content that came in whole.
     *
     * @param asked when the sender asked to send it, by {@link System#nanoTime}
     */
    record Delivery(String recipient, long asked, String content) {}

    final List<Delivery> deliveries = new CopyOnWriteArrayList<>();

    /** The same, contents alone, whether taken or not. */
    final List<String> contents = new CopyOnWriteArrayList<>();

    final AtomicInteger connections = new AtomicInteger();
    volatile Mood mood = Mood.TAKES;
    volatile CountDownLatch held = new CountDownLatch(1);
    volatile CountDownLatch goOn = new CountDownLatch(1);

    private final ServerSocket listener;

    SmtpStub() {
        this(0);
    }

    SmtpStub(int port) {
        try {
            listener = new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().start(this::listen);
    }

    int port() {
        return listener.getLocalPort();
    }

    /** Starts over, in a good mood. */
    void forget() {
        contents.clear();
        deliveries.clear();
        connections.set(0);
        mood = Mood.TAKES;
    }

    /** From now on holds again until told to go on. */
    void arm(Mood holding) {
        held = new CountDownLatch(1);
        goOn = new CountDownLatch(1);
        mood = holding;
    }

    private void listen() {
        while (!listener.isClosed()) {
            try {
                var caller = listener.accept();
                connections.incrementAndGet();
                Thread.ofVirtual().start(() -> serve(caller));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket caller) {
        try (caller;
                var in = new BufferedReader(new InputStreamReader(caller.getInputStream(), UTF_8));
                var out = caller.getOutputStream()) {
            if (mood == Mood.GREETS_WITH_421) {
                say(out, "421 4.3.2 closing");
                return;
            }
            say(out, "220 stub ESMTP");
            var recipient = "";
            for (var line = in.readLine(); line != null; line = in.readLine()) {
                if (line.toUpperCase(Locale.ROOT).startsWith("RCPT TO:<")) {
                    recipient = line.substring(9, line.indexOf('>'));
                }
                if (!answer(line, recipient, in, out)) {
                    return;
                }
            }
        } catch (IOException | InterruptedException gone) {
            // The caller went away, or the test is over.
        }
    }

    private boolean answer(String line, String recipient, BufferedReader in, OutputStream out)
            throws IOException, InterruptedException {
        var verb = line.split(" ", 2)[0].toUpperCase(Locale.ROOT);
        switch (verb) {
            case "EHLO", "HELO" -> say(out, "250 stub");
            case "MAIL" -> say(out, mood == Mood.REFUSES_SENDER ? "550 5.7.1 not you" : "250 2.1.0 ok");
            case "RCPT" ->
                say(
                        out,
                        switch (mood) {
                            case DEFERS_RECIPIENT -> "450 4.2.1 <secret@example.org> later";
                            case REFUSES_RECIPIENT -> "550 5.1.1 <secret@example.org> nobody there";
                            case FORBIDS_RECIPIENT -> "550 5.7.1 <secret@example.org> relaying denied";
                            case REFUSES_RECIPIENT_WITHOUT_A_REASON -> "550 not here";
                            default -> "250 2.1.5 ok";
                        });
            case "DATA" -> {
                return content(recipient, in, out);
            }
            case "QUIT" -> {
                say(out, "221 bye");
                return false;
            }
            default -> say(out, "250 ok");
        }
        return true;
    }

    private boolean content(String recipient, BufferedReader in, OutputStream out)
            throws IOException, InterruptedException {
        var asked = System.nanoTime();
        if (mood == Mood.HANGS_UP_BEFORE_CONTENT) {
            return false;
        }
        if (mood == Mood.HOLDS_BEFORE_CONTENT) {
            held.countDown();
            goOn.await();
        }
        say(out, "354 go on");
        var content = new StringBuilder();
        for (var line = in.readLine(); !".".equals(line); line = in.readLine()) {
            if (line == null) {
                return false;
            }
            content.append(line).append('\n');
        }
        contents.add(content.toString());
        deliveries.add(new Delivery(recipient, asked, content.toString()));
        switch (mood) {
            case DEFERS_CONTENT -> say(out, "451 4.7.1 greylisted");
            case REFUSES_CONTENT -> say(out, "554 5.7.1 spam");
            case HANGS_UP_AFTER_CONTENT -> {
                return false;
            }
            case TAKES_AND_HANGS_UP -> {
                say(out, "250 2.0.0 taken");
                return false;
            }
            case HOLDS_AFTER_CONTENT -> {
                held.countDown();
                goOn.await();
                say(out, "250 2.0.0 taken");
            }
            default -> say(out, "250 2.0.0 taken");
        }
        return true;
    }

    private static void say(OutputStream out, String line) throws IOException {
        out.write((line + "\r\n").getBytes(UTF_8));
        out.flush();
    }

    @Override
    public void close() {
        try {
            goOn.countDown();
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
