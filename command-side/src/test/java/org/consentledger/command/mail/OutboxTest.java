package org.consentledger.command.mail;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.UUID;
import org.consentledger.command.CommandSideTest;
import org.consentledger.foundation.lease.Leases;
import org.consentledger.foundation.lease.Leases.Lease;
import org.consentledger.kernel.person.AddressHash;
import org.consentledger.kernel.person.EmailContent;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.JdbcTemplate;

/** A sender that has lost the lease of a mail changes nothing about it. */
@CommandSideTest
class OutboxTest {

    private static final AcceptedMail MAIL = new AcceptedMail(
            "ada@example.org", new AddressHash("hash of ada"), new EmailContent("News", "Good news", null), false);

    @Autowired
    private Outbox outbox;

    @Autowired
    private Leases leases;

    @Autowired
    private JdbcTemplate jdbc;

    private final UUID mail = UUID.randomUUID();
    private Lease frozen;
    private Outbox.Claim claim;

    @BeforeEach
    void a_sender_claims_a_mail() {
        jdbc.update(
                "INSERT INTO outbox (email_id, person_id, correlation_id, accepted_at, next_attempt_at)"
                        + " VALUES (?, gen_random_uuid(), 'request-1', now(), now() - interval '1 minute')",
                mail);
        frozen = leases.acquire("mail:" + mail, Duration.ofMinutes(1)).orElseThrow();
        claim = outbox.claim(frozen).orElseThrow();
    }

    @Test
    void with_the_lease_it_hands_the_mail_over_once() {
        assertThat(outbox.handOver(claim, MAIL)).isTrue();
        assertThat(outbox.handOver(claim, MAIL)).isFalse();
    }

    @Test
    void without_the_lease_it_does_not_hand_the_mail_over() {
        takeOver();

        assertThat(outbox.handOver(claim, MAIL)).isFalse();
        assertThat(isMarked()).isFalse();
        assertThat(jdbc.queryForList("SELECT 1 FROM mail_trace WHERE email_id = ?", mail))
                .isEmpty();
    }

    /** Otherwise the mail would be sent twice if the successor died. */
    @Test
    void without_the_lease_it_does_not_remove_the_mark_of_its_successor() {
        var successor = outbox.claim(takeOver()).orElseThrow();
        assertThat(outbox.handOver(successor, MAIL)).isTrue();

        outbox.postpone(claim, Duration.ofMinutes(5));

        assertThat(isMarked()).isTrue();
    }

    @Test
    void without_the_lease_it_does_not_claim_the_mail() {
        takeOver();

        assertThat(outbox.claim(frozen)).isEmpty();
    }

    private Lease takeOver() {
        jdbc.update("UPDATE lease SET expires_at = now() WHERE name = ?", frozen.name());
        return leases.acquire(frozen.name(), Duration.ofMinutes(1)).orElseThrow();
    }

    private boolean isMarked() {
        return Boolean.TRUE.equals(jdbc.queryForObject(
                "SELECT handing_over_since IS NOT NULL FROM outbox WHERE email_id = ?", Boolean.class, mail));
    }
}
