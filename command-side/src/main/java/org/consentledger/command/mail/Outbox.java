package org.consentledger.command.mail;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.modelling.command.ConcurrencyException;
import org.consentledger.command.link.UnsubscribeLinks;
import org.consentledger.command.pipeline.MailQueue;
import org.consentledger.command.registers.Registers;
import org.consentledger.foundation.privacy.AesGcm;
import org.consentledger.foundation.privacy.LookupHash;
import org.consentledger.foundation.privacy.PersonKeys;
import org.consentledger.foundation.store.AppendParticipant;
import org.consentledger.kernel.person.AddressHash;
import org.consentledger.kernel.person.PersonCommand.SendEmail;
import org.consentledger.kernel.person.PersonEvent.EmailFailed;
import org.consentledger.kernel.person.PersonEvent.EmailRefused;
import org.consentledger.kernel.person.PersonEvent.EmailSent;
import org.consentledger.kernel.person.PersonEvent.PersonErased;
import org.consentledger.kernel.person.PersonId;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.core.annotation.Order;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/**
 * Transactional outbox in PostgreSQL: the e-mails that have no outcome yet. The transaction of the event that accepts a
 * mail inserts its row, and the transaction of the event that records the outcome deletes it. So a mail is in the
 * outbox exactly as long as the event store says that it waits.
 *
 * <p>Life of a row: accepted, claimed under a lease that the sender renews, marked as being handed over just before the
 * server sees the content, deleted with the outcome. If the lease expires before the mark, another process claims the
 * row and sends it. If it expires after the mark, the claim has {@link Claim#handingOver}, and the mail MUST NOT be
 * sent again. The content is encrypted under the person's key, so an erasure makes it unreadable.
 */
@Component
@Order(Registers.ORDER + 1)
class Outbox implements MailQueue, AppendParticipant {

    private static final JsonMapper JSON = JsonMapper.shared();

    /** Application event, published when a mail was added. */
    record MailAccepted() {}

    /**
     * A mail whose lease a sender holds.
     *
     * @param handingOver whether an earlier sender began to hand it over and never recorded an outcome
     */
    record Claim(
            UUID emailId,
            PersonId person,
            String correlationId,
            Instant acceptedAt,
            int attempts,
            boolean handingOver) {}

    private final JdbcTemplate jdbc;
    private final PersonKeys keys;
    private final LookupHash hash;
    private final ApplicationEventPublisher publisher;
    private final Clock clock;

    Outbox(JdbcTemplate jdbc, PersonKeys keys, LookupHash hash, ApplicationEventPublisher publisher, Clock clock) {
        this.jdbc = jdbc;
        this.keys = keys;
        this.hash = hash;
        this.publisher = publisher;
        this.clock = clock;
    }

    @Override
    public void put(SendEmail command, String to, String correlationId) {
        var key = keys.find(command.personId())
                .orElseThrow(() -> new ConcurrencyException("The person has been erased meanwhile"));
        var mail = new AcceptedMail(to, hash.ofEmail(to), command.content(), command.nonCommercial());
        jdbc.update(
                "INSERT INTO outbox (email_id, person_id, content, correlation_id, accepted_at, next_attempt_at)"
                        + " VALUES (?, ?, ?, ?, ?, ?)",
                command.emailId(),
                command.personId().value(),
                AesGcm.encrypt(key, JSON.writeValueAsBytes(mail), associatedData(command.emailId())),
                correlationId,
                Timestamp.from(command.at()),
                Timestamp.from(clock.instant()));
        publisher.publishEvent(new MailAccepted());
    }

    /**
     * Deletes the row of a mail with an outcome. An erasure deletes only the content: the row stays until the outcome
     * of the mail is recorded.
     */
    @Override
    public void beforeAppend(List<? extends EventMessage<?>> events) {
        for (var event : events) {
            switch (event.getPayload()) {
                case EmailSent sent -> remove(sent.emailId());
                case EmailFailed failed -> remove(failed.emailId());
                case EmailRefused refused -> remove(refused.emailId());
                case PersonErased erased ->
                    jdbc.update(
                            "UPDATE outbox SET content = NULL WHERE person_id = ?",
                            erased.personId().value());
                default -> {}
            }
        }
    }

    private void remove(UUID emailId) {
        jdbc.update("DELETE FROM outbox WHERE email_id = ?", emailId);
    }

    /** Claims the mail that has been due for longest, of those without a valid lease. */
    Optional<Claim> claim(String sender, Duration lease) {
        return jdbc
                .query(
                        "UPDATE outbox SET sender = ?, attempts = attempts + 1,"
                                + " lease_until = now() + make_interval(secs => ?)"
                                + " WHERE email_id = (SELECT email_id FROM outbox WHERE next_attempt_at <= ?"
                                + " AND (lease_until IS NULL OR lease_until < now())"
                                + " ORDER BY next_attempt_at LIMIT 1 FOR UPDATE SKIP LOCKED)"
                                + " RETURNING email_id, person_id, correlation_id, accepted_at, attempts,"
                                + " handing_over_since",
                        (row, number) -> new Claim(
                                row.getObject("email_id", UUID.class),
                                new PersonId(row.getObject("person_id", UUID.class)),
                                row.getString("correlation_id"),
                                row.getTimestamp("accepted_at").toInstant(),
                                row.getInt("attempts"),
                                row.getTimestamp("handing_over_since") != null),
                        sender,
                        seconds(lease),
                        Timestamp.from(clock.instant()))
                .stream()
                .findFirst();
    }

    /** Returns the number of mails without an outcome. */
    long waiting() {
        var count = jdbc.queryForObject("SELECT count(*) FROM outbox", Long.class);
        return count == null ? 0 : count;
    }

    /** Returns the age of the oldest mail without an outcome. */
    Duration longestWait() {
        var since = jdbc.queryForObject("SELECT min(accepted_at) FROM outbox", Timestamp.class);
        return since == null ? Duration.ZERO : Duration.between(since.toInstant(), clock.instant());
    }

    /** Decrypts a mail; empty once the person has been erased. */
    Optional<AcceptedMail> open(Claim claim) {
        var content = jdbc.queryForList(
                "SELECT content FROM outbox WHERE email_id = ? AND content IS NOT NULL", byte[].class, claim.emailId());
        return keys.find(claim.person()).filter(key -> !content.isEmpty()).map(key -> {
            var mail = AesGcm.decrypt(key, content.getFirst(), associatedData(claim.emailId()));
            return JSON.readValue(mail, AcceptedMail.class);
        });
    }

    /**
     * Marks a mail as being handed over, before the server sees its content. False if another sender holds the lease.
     */
    boolean handOver(Claim claim, AcceptedMail mail, String sender) {
        var ours = jdbc.update(
                "UPDATE outbox SET handing_over_since = now() WHERE email_id = ? AND sender = ? AND lease_until > now()"
                        + " AND handing_over_since IS NULL",
                claim.emailId(),
                sender);
        if (ours == 1) {
            jdbc.update(
                    "INSERT INTO mail_trace (email_id, person_id, address_hash) VALUES (?, ?, ?)"
                            + " ON CONFLICT (email_id) DO NOTHING",
                    claim.emailId(),
                    claim.person().value(),
                    mail.address().value());
        }
        return ours == 1;
    }

    /** Releases the lease of a mail that no server has accepted. Any process may retry it after the pause. */
    void postpone(Claim claim, String sender, Duration pause) {
        jdbc.update(
                "UPDATE outbox SET sender = NULL, lease_until = NULL, handing_over_since = NULL, next_attempt_at = ?"
                        + " WHERE email_id = ? AND sender = ?",
                Timestamp.from(clock.instant().plus(pause)),
                claim.emailId(),
                sender);
    }

    /** Extends the lease. */
    void renew(UUID emailId, String sender, Duration lease) {
        jdbc.update(
                "UPDATE outbox SET lease_until = now() + make_interval(secs => ?) WHERE email_id = ? AND sender = ?",
                seconds(lease),
                emailId,
                sender);
    }

    /** Finds the person and address of a sent mail. Returns empty if its trace has been deleted. */
    Optional<UnsubscribeLinks.Target> findTrace(UUID emailId) {
        return jdbc
                .query(
                        "SELECT person_id, address_hash FROM mail_trace WHERE email_id = ?",
                        (row, number) -> new UnsubscribeLinks.Target(
                                new PersonId(row.getObject(1, UUID.class)), new AddressHash(row.getString(2))),
                        emailId)
                .stream()
                .findFirst();
    }

    /** Deletes the traces of mails that were sent so long ago that no bounce or complaint about them is expected. */
    void deleteTracesOlderThan(Duration age) {
        jdbc.update("DELETE FROM mail_trace WHERE sent_at < now() - make_interval(secs => ?)", seconds(age));
    }

    private static byte[] associatedData(UUID emailId) {
        return ("outbox:" + emailId).getBytes(UTF_8);
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }
}
