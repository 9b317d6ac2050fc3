package org.consentledger.command.gateway;

import java.time.Duration;
import java.util.Optional;
import org.consentledger.kernel.person.CommandRejected;
import org.consentledger.kernel.person.CommandRejected.Rule;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Answers by idempotency key (draft-ietf-httpapi-idempotency-key-header), kept in the transaction of what they answer:
 * there is an answer exactly if something was done. Two requests under the same key at once wait for each other. A
 * refusal is not kept, as it did nothing that could be done twice.
 */
@Component
public class Idempotency {

    /** How long a key is remembered. */
    public static final Duration KEPT_FOR = Duration.ofDays(7);

    private final JdbcTemplate jdbc;

    Idempotency(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * Takes a key, within a transaction: the answer given under it before, or nothing if it is free and now ours.
     *
     * @throws CommandRejected if it was used with another request
     */
    public Optional<String> claim(IdempotencyKey key) {
        jdbc.update(
                "DELETE FROM idempotency WHERE sender = ? AND key = ? AND created_at < now() - make_interval(secs => ?)",
                key.sender(),
                key.key(),
                KEPT_FOR.toSeconds());
        var ours = jdbc.update(
                "INSERT INTO idempotency (sender, key, fingerprint) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                key.sender(),
                key.key(),
                key.fingerprint());
        if (ours == 1) {
            return Optional.empty();
        }
        var earlier = jdbc.queryForMap(
                "SELECT fingerprint, answer FROM idempotency WHERE sender = ? AND key = ?", key.sender(), key.key());
        if (!key.fingerprint().equals(earlier.get("fingerprint"))) {
            throw new CommandRejected(
                    Rule.IDEMPOTENCY_KEY_REUSED, "The Idempotency-Key was used with another request before");
        }
        return Optional.of(String.valueOf(earlier.get("answer")));
    }

    /** Keeps the answer under a key that was claimed in this transaction. */
    public void keep(IdempotencyKey key, String answer) {
        jdbc.update("UPDATE idempotency SET answer = ? WHERE sender = ? AND key = ?", answer, key.sender(), key.key());
    }

    @Scheduled(fixedDelay = 1, timeUnit = java.util.concurrent.TimeUnit.HOURS)
    void forgetTheOld() {
        jdbc.update(
                "DELETE FROM idempotency WHERE created_at < now() - make_interval(secs => ?)", KEPT_FOR.toSeconds());
    }
}
