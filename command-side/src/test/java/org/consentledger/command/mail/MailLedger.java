package org.consentledger.command.mail;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import jakarta.mail.BodyPart;
import jakarta.mail.MessagingException;
import jakarta.mail.Multipart;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.consentledger.command.jobs.JobServer;
import org.consentledger.foundation.http.ServerForTests.Answer;
import org.consentledger.foundation.store.PostgresForTests;
import org.consentledger.kernel.person.PersonEvent;
import org.consentledger.kernel.person.PersonEvent.EmailAccepted;
import org.consentledger.kernel.person.PersonEvent.EmailFailed;
import org.consentledger.kernel.person.PersonEvent.EmailRefused;
import org.consentledger.kernel.person.PersonEvent.EmailSent;
import org.consentledger.kernel.person.PersonEvent.Unsubscribed;
import org.consentledger.kernel.person.PersonId;
import org.consentledger.kernel.provenance.Provenance;
import org.consentledger.kernel.provenance.Role;
import tools.jackson.databind.json.JsonMapper;

/** The command side with a mail server, spoken to as operators, readers and mail programs do. */
public final class MailLedger implements AutoCloseable {

    public static final String BASE = "https://ledger.example.org";
    private static final AtomicInteger ADDRESSES = new AtomicInteger();
    private static final JsonMapper JSON = JsonMapper.shared();

    public final JobServer server;

    private MailLedger(JobServer server) {
        this.server = server;
    }

    /** A mail server that takes everything. */
    public static GreenMail mailServer() {
        var greenMail = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
        greenMail.start();
        return greenMail;
    }

    public static MailLedger sendingTo(int port, String... more) {
        return on(PostgresForTests.newDatabase(), port, more);
    }

    public static MailLedger on(String database, int port, String... more) {
        var settings = new ArrayList<>(List.of(
                "--spring.mail.host=127.0.0.1",
                "--spring.mail.port=" + port,
                "--ledger.mail.from=Nowak GmbH <news@nowak.example>",
                "--ledger.mail.poll-interval=50ms",
                "--ledger.mail.first-retry=100ms",
                "--ledger.http.link-requests-per-minute=100000",
                "--ledger.links.answered-after=1ms",
                "--ledger.mail.lease=2s"));
        settings.addAll(List.of(more));
        return new MailLedger(JobServer.on(database, settings.toArray(String[]::new)));
    }

    /** A new person with an address. */
    public record Somebody(String id, String email) {
        public PersonId personId() {
            return PersonId.of(id);
        }
    }

    public static String newAddress() {
        return "reader" + ADDRESSES.incrementAndGet() + "@example.org";
    }

    public Somebody register() {
        return register(newAddress());
    }

    public Somebody register(String email) {
        var answer = server.request("POST", "/api/people")
                .json("""
                        {"firstName":"Ada","emails":[%s],"source":{"type":"MANUAL_UPLOAD"}}""".formatted(JSON.writeValueAsString(email)))
                .exchange();
        if (answer.status() != 201) {
            throw new AssertionError(answer.body());
        }
        return new Somebody(answer.json().path("personId").asString(), email);
    }

    public Answer send(Somebody to, String subject, String text) {
        return send(
                to,
                JSON.writeValueAsString(
                        JSON.createObjectNode().put("subject", subject).put("text", text)));
    }

    public Answer send(Somebody to, String json) {
        return server.request("POST", "/api/people/" + to.id() + "/emails")
                .json(json)
                .exchange();
    }

    public Answer command(Role role, String method, String path, String json) {
        return server.http
                .request(method, path)
                .token(server.http.issuer.token(role))
                .json(json)
                .exchange();
    }

    public Answer unsubscribe(Somebody who) {
        return command(Role.OPERATOR, "POST", "/api/people/" + who.id() + "/unsubscribe", "{}");
    }

    public Answer resubscribe(Somebody who) {
        return command(Role.ADMIN, "POST", "/api/people/" + who.id() + "/resubscribe-approval", """
                {"attested":true,"reason":"heard it","dateOfConsent":"%s","purposeOfProcessing":"News","givenHow":"phone"}""".formatted(
                        java.time.LocalDate.now(java.time.ZoneOffset.UTC)));
    }

    public Answer erase(Somebody who) {
        return command(Role.ADMIN, "DELETE", "/api/people/" + who.id(), "{\"reason\":\"asked for it\"}");
    }

    /** The link in a mail's header, as a mail program finds it. */
    public static URI link(MimeMessage mail) throws MessagingException {
        var header = mail.getHeader("List-Unsubscribe", null);
        return URI.create(header.substring(header.indexOf('<') + 1, header.indexOf('>')));
    }

    /** The request that a mail program posts when its user presses the unsubscribe button (RFC 8058). */
    public Answer oneClick(URI link) {
        return post(link.getPath(), "List-Unsubscribe=One-Click");
    }

    public Answer post(String path, String form) {
        return server.http
                .request("POST", path)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .json(form)
                .exchange();
    }

    public static String encoded(String text) {
        return URLEncoder.encode(text, UTF_8);
    }

    public List<PersonEvent> history(Somebody who) {
        return server.engine
                .readEvents(who.id())
                .asStream()
                .map(event -> (PersonEvent) event.getPayload())
                .toList();
    }

    public Provenance provenanceOfLast(Somebody who) {
        return server.engine
                .readEvents(who.id())
                .asStream()
                .map(event -> Provenance.of(event.getMetaData()))
                .reduce((first, second) -> second)
                .orElseThrow();
    }

    public boolean isUnsubscribed(Somebody who) {
        return history(who).stream().anyMatch(Unsubscribed.class::isInstance);
    }

    /** Everything that is recorded about one mail, once it has an outcome. */
    public List<PersonEvent> outcomeOf(Somebody who, Answer sent) {
        var id = UUID.fromString(sent.json().path("emailId").asString());
        return await().atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(20))
                .until(
                        () -> history(who).stream()
                                .filter(event -> id.equals(emailIn(event)))
                                .toList(),
                        events -> events.size() > 1);
    }

    private static UUID emailIn(PersonEvent event) {
        return switch (event) {
            case EmailAccepted mail -> mail.emailId();
            case EmailSent mail -> mail.emailId();
            case EmailFailed mail -> mail.emailId();
            case EmailRefused mail -> mail.emailId();
            default -> null;
        };
    }

    public static List<MimeMessage> mailsTo(GreenMail greenMail, String address) {
        return Arrays.stream(greenMail.getReceivedMessages())
                .filter(mail -> {
                    try {
                        return mail.getHeader("To", null).contains(address);
                    } catch (MessagingException e) {
                        throw new IllegalStateException(e);
                    }
                })
                .toList();
    }

    /** The body of that type. */
    public static String body(MimeMessage mail, String type) throws MessagingException, IOException {
        return parts(mail.getContent(), mail.getContentType())
                .filter(part -> part.type().toLowerCase(java.util.Locale.ROOT).startsWith(type))
                .map(Part::content)
                .findFirst()
                .orElseThrow();
    }

    private record Part(String type, String content) {}

    private static Stream<Part> parts(Object content, String type) throws MessagingException, IOException {
        if (content instanceof Multipart several) {
            var parts = Stream.<Part>empty();
            for (int number = 0; number < several.getCount(); number++) {
                BodyPart part = several.getBodyPart(number);
                parts = Stream.concat(parts, parts(part.getContent(), part.getContentType()));
            }
            return parts;
        }
        return Stream.of(new Part(type, content.toString()));
    }

    @Override
    public void close() {
        server.close();
    }
}
