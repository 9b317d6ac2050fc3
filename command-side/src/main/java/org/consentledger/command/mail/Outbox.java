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
import org.consentledger.foundation.lease.Leases;
import org.consentledger.foundation.lease.Leases.Lease;
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
 * <p>Life of a row: accepted, claimed by a process that has the lease of the mail, marked as being handed over just
 * before the server sees the content, deleted with the outcome. If the lease expires before the mark, another process
 * claims the row and sends it. If it expires after the mark, the claim has {@link Claim#handingOver}, and the mail MUST
 * NOT be sent again. The content is encrypted under the person's key, so an erasure makes it unreadable.
 */
@Component
@Order(Registers.ORDER + 1)
class Outbox implements MailQueue, AppendParticipant {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String LEASE_PREFIX = "mail:";

    /** The name of a mail's lease, in SQL. */
    private static final String LEASE = "'" + LEASE_PREFIX + "' || outbox.email_id";

    /** Application event, published when a mail was added. */
    record MailAccepted() {}

    /**
     * A mail that a sender works on.
     *
     * @param handingOver whether an earlier sender began to hand it over and never recorded an outcome
     */
    record Claim(
            UUID emailId,
            PersonId person,
            String correlationId,
            Instant acceptedAt,
            int attempts,
            boolean handingOver,
            Lease lease) {}

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

    /**
     * Returns the names of the leases of the mails that are due and not being worked on, those first that waited
     * longest.
     */
    List<String> due(int most) {
        return jdbc.queryForList(
                "SELECT " + LEASE + " FROM outbox WHERE next_attempt_at <= ? AND " + Leases.whereFree(LEASE)
                        + " ORDER BY next_attempt_at LIMIT ?",
                String.class,
                Timestamp.from(clock.instant()),
                most);
    }

    /** Claims the mail of a lease. Returns empty if it is no longer due, or the lease is lost. */
    Optional<Claim> claim(Lease lease) {
        return jdbc
                .query(
                        "UPDATE outbox SET attempts = attempts + 1 WHERE email_id = ? AND next_attempt_at <= ? AND "
                                + Leases.IS_HELD
                                + " RETURNING email_id, person_id, correlation_id, accepted_at, attempts,"
                                + " handing_over_since",
                        (row, number) -> new Claim(
                                row.getObject("email_id", UUID.class),
                                new PersonId(row.getObject("person_id", UUID.class)),
                                row.getString("correlation_id"),
                                row.getTimestamp("accepted_at").toInstant(),
                                row.getInt("attempts"),
                                row.getTimestamp("handing_over_since") != null,
                                lease),
                        UUID.fromString(lease.name().substring(LEASE_PREFIX.length())),
                        Timestamp.from(clock.instant()),
                        lease.name(),
                        lease.holder())
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

    /** Marks a mail as being handed over, before the server sees its content. False if the lease is lost. */
    boolean handOver(Claim claim, AcceptedMail mail) {
        var ours = jdbc.update(
                "UPDATE outbox SET handing_over_since = now() WHERE email_id = ? AND handing_over_since IS NULL AND "
                        + Leases.IS_HELD,
                claim.emailId(),
                claim.lease().name(),
                claim.lease().holder());
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

    /** Lets a mail that no server has accepted rest until the pause is over. Has no effect if the lease is lost. */
    void postpone(Claim claim, Duration pause) {
        jdbc.update(
                "UPDATE outbox SET handing_over_since = NULL, next_attempt_at = ? WHERE email_id = ? AND "
                        + Leases.IS_HELD,
                Timestamp.from(clock.instant().plus(pause)),
                claim.emailId(),
                claim.lease().name(),
                claim.lease().holder());
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
