package org.consentledger.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The ledger is killed at the worst moment: a mail server has accepted a mail, and its outcome is not recorded. */
class MailKillTest {

    private static final Pattern LINK = Pattern.compile("http://127\\.0\\.0\\.1:\\d+/u/[A-Za-z0-9_-]+");

    @TempDir
    private Path data;

    @Test
    void a_mail_is_not_sent_again_by_a_ledger_that_was_killed_and_its_outcome_is_called_unknown() throws Exception {
        try (var smtp = new MailServer()) {
            String ada;
            String bob;
            smtp.answers = false;
            try (var ledger = start(smtp)) {
                ada = register(ledger, "ada@example.org");
                send(ledger, ada);
                assertThat(smtp.taken.await(30, TimeUnit.SECONDS)).isTrue();
                ledger.process().kill();
            }
            smtp.answers = true;
            try (var ledger = start(smtp)) {
                await().atMost(Duration.ofSeconds(30))
                        .untilAsserted(() -> assertThat(trail(ledger, ada)).contains("OUTCOME_UNKNOWN"));
                bob = register(ledger, "bob@example.org");
                send(ledger, bob);
                await().atMost(Duration.ofSeconds(30))
                        .untilAsserted(() -> assertThat(trail(ledger, bob)).contains("SENT"));

                assertThat(smtp.contents).hasSize(2);
                assertThat(smtp.contents)
                        .filteredOn(mail -> mail.contains("To: ada@example.org"))
                        .hasSize(1);
                assertThat(trail(ledger, ada)).doesNotContain("\"SENT\"");

                oneClick(ledger, smtp.contents.getLast());
                var card = Api.json(
                        200, ledger.api().get("operator", "/api/people/" + bob + "/compliance-card?minVersion=4"));
                assertThat(card.get("subscription").get("status").asString()).isEqualTo("UNSUBSCRIBED");
                assertThat(card.get("subscription").get("via").asString()).isEqualTo("ONE_CLICK");
            }
        }
    }

    private LedgerProcess start(MailServer smtp) {
        return LedgerProcess.start(
                data,
                "--spring.mail.host=127.0.0.1",
                "--spring.mail.port=" + smtp.port(),
                "--ledger.mail.from=news@nowak.example",
                "--ledger.mail.lease=2s");
    }

    private static String register(LedgerProcess ledger, String email) {
        return Api.json(201, ledger.api().send("operator", "POST", "/api/people", """
                {"emails":["%s"],"source":{"type":"MANUAL_UPLOAD"}}""".formatted(email)))
                .get("personId")
                .asString();
    }

    private static void send(LedgerProcess ledger, String person) {
        Api.json(200, ledger.api().send("operator", "POST", "/api/people/" + person + "/emails", """
                {"subject":"News","text":"There is a new product. {{unsubscribe}}"}"""));
    }

    private static String trail(LedgerProcess ledger, String person) {
        return ledger.api()
                .get("auditor", "/api/people/" + person + "/audit-trail")
                .body();
    }

    private static void oneClick(LedgerProcess ledger, String mail) {
        // As quoted-printable has it: soft line breaks, and = as =3D
        var found = LINK.matcher(mail.replace("=\n", ""));
        assertThat(found.find()).isTrue();
        var answer = ledger.api()
                .send(HttpRequest.newBuilder(URI.create(found.group()))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(BodyPublishers.ofString("List-Unsubscribe=One-Click")));
        assertThat(answer.statusCode()).isEqualTo(200);
    }

    /** Takes every mail, and says so or not. */
    private static final class MailServer implements AutoCloseable {

        final List<String> contents = new CopyOnWriteArrayList<>();
        final CountDownLatch taken = new CountDownLatch(1);
        volatile boolean answers = true;
        private final ServerSocket listener;

        MailServer() throws IOException {
            listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
            Thread.ofVirtual().start(() -> {
                while (!listener.isClosed()) {
                    try {
                        var caller = listener.accept();
                        Thread.ofVirtual().start(() -> serve(caller));
                    } catch (IOException closed) {
                        return;
                    }
                }
            });
        }

        int port() {
            return listener.getLocalPort();
        }

        private void serve(Socket caller) {
            try (caller;
                    var in = new BufferedReader(new InputStreamReader(caller.getInputStream(), UTF_8))) {
                say(caller, "220 here");
                for (var line = in.readLine(); line != null; line = in.readLine()) {
                    switch (line.split(" ", 2)[0].toUpperCase(Locale.ROOT)) {
                        case "DATA" -> {
                            say(caller, "354 go on");
                            var content = new StringBuilder();
                            for (var next = in.readLine(); next != null && !next.equals("."); next = in.readLine()) {
                                content.append(next).append('\n');
                            }
                            contents.add(content.toString());
                            taken.countDown();
                            if (answers) {
                                say(caller, "250 taken");
                            }
                        }
                        case "QUIT" -> {
                            say(caller, "221 bye");
                            return;
                        }
                        default -> say(caller, "250 ok");
                    }
                }
            } catch (IOException gone) {
                // The ledger was killed.
            }
        }

        private static void say(Socket caller, String line) throws IOException {
            caller.getOutputStream().write((line + "\r\n").getBytes(UTF_8));
        }

        @Override
        public void close() {
            try {
                listener.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
