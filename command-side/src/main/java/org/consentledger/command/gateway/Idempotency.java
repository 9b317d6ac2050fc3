package org.consentledger.command.gateway;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.axonframework.modelling.command.ConcurrencyException;
import org.consentledger.kernel.person.CommandAnswer;
import org.consentledger.kernel.person.CommandRejected;
import org.consentledger.kernel.person.CommandRejected.Rule;
import org.consentledger.kernel.person.EmailRefusal;
import org.consentledger.kernel.person.PersonId;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Stores the answers to commands by idempotency key (draft-ietf-httpapi-idempotency-key-header), in the table
 * {@code idempotency}. An answer is written in the transaction that carries out its command, so an answer is stored
 * exactly if the command took effect. A rejected command stores nothing, as repeating it does no harm.
 *
 * <p>A key is used in one of two ways:
 *
 * <ul>
 *   <li>The write pipeline calls {@link #earlier} for the keys of all its commands, and {@link #keep(Map)} at the end,
 *       both in one transaction. Nothing is locked in between; a key that another transaction has used meanwhile makes
 *       {@code keep} throw a {@link ConcurrencyException}. The retry then finds the other's answer.
 *   <li>The start of a job calls {@link #claim} first and {@link #keep(IdempotencyKey, String)} afterwards. The claimed
 *       row is the lock: a second request under the same key waits until the first transaction ends, and then returns
 *       its answer (after a commit) or claims the key itself (after a rollback).
 * </ul>
 *
 * <p>Example: a client repeats "k1" with the same body within {@link #KEPT_FOR} and gets the first answer. With another
 * body the fingerprint differs, and the request is rejected with {@link Rule#IDEMPOTENCY_KEY_REUSED}.
 */
@Component
public class Idempotency {

    /** How long a key and its answer are kept. */
    public static final Duration KEPT_FOR = Duration.ofDays(7);

    private final JdbcTemplate jdbc;

    Idempotency(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * Claims a key. MUST be called within a transaction.
     *
     * @return the answer that was given under the key before, or empty if the key was free and is claimed now
     * @throws CommandRejected if the key was used with another request
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
            throw reused();
        }
        return Optional.of(String.valueOf(earlier.get("answer")));
    }

    /** Stores the answer under a key that was claimed in this transaction. */
    public void keep(IdempotencyKey key, String answer) {
        jdbc.update("UPDATE idempotency SET answer = ? WHERE sender = ? AND key = ?", answer, key.sender(), key.key());
    }

    /** The earlier use of an idempotency key. */
    public sealed interface Earlier {

        /** The same request was answered; with null if it was about no person. */
        record Answer(@Nullable CommandAnswer answer) implements Earlier {}

        /** The key was used with another request. */
        record OtherRequest(CommandRejected rejection) implements Earlier {}
    }

    /** Returns the earlier use of those keys that were used before. The other keys are free, but not claimed. */
    public Map<IdempotencyKey, Earlier> earlier(List<IdempotencyKey> keys) {
        var found = new HashMap<IdempotencyKey, Earlier>();
        if (keys.isEmpty()) {
            return found;
        }
        jdbc.query(
                "SELECT given.place, idempotency.fingerprint, answer"
                        + " FROM unnest(?::text[], ?::text[]) WITH ORDINALITY AS given (sender, key, place)"
                        + " JOIN idempotency USING (sender, key)"
                        + " WHERE created_at >= now() - make_interval(secs => ?)",
                row -> {
                    var key = keys.get(row.getInt(1) - 1);
                    found.put(
                            key,
                            key.fingerprint().equals(row.getString(2))
                                    ? new Earlier.Answer(answer(row.getString(3)))
                                    : new Earlier.OtherRequest(reused()));
                },
                column(keys, IdempotencyKey::sender),
                column(keys, IdempotencyKey::key),
                KEPT_FOR.toSeconds());
        return found;
    }

    /**
     * Stores the answers to commands that this transaction carries out.
     *
     * @throws ConcurrencyException if another transaction has used one of the keys meanwhile
     */
    public void keep(Map<IdempotencyKey, @Nullable CommandAnswer> answers) {
        if (answers.isEmpty()) {
            return;
        }
        var keys = List.copyOf(answers.keySet());
        // Sorted, so that two transactions that store the same keys can't deadlock.
        var kept = jdbc.update(
                "INSERT INTO idempotency (sender, key, fingerprint, answer)"
                        + " SELECT * FROM unnest(?::text[], ?::text[], ?::text[], ?::text[]) ORDER BY 1, 2"
                        + " ON CONFLICT (sender, key) DO UPDATE SET fingerprint = excluded.fingerprint, answer ="
                        + " excluded.answer, created_at = now()"
                        + " WHERE idempotency.created_at < now() - make_interval(secs => ?)",
                column(keys, IdempotencyKey::sender),
                column(keys, IdempotencyKey::key),
                column(keys, IdempotencyKey::fingerprint),
                column(keys, key -> text(answers.get(key))),
                KEPT_FOR.toSeconds());
        if (kept != keys.size()) {
            throw new ConcurrencyException("An idempotency key has been used meanwhile");
        }
    }

    private static String text(@Nullable CommandAnswer answer) {
        if (answer == null) {
            return "";
        }
        var carriedOut = answer.personId() + " " + answer.version();
        return answer.refusal() == null
                ? carriedOut
                : carriedOut + " " + answer.refusal().name();
    }

    /** Returns the stored answer, or null if the command was about no person. */
    private static @Nullable CommandAnswer answer(String text) {
        if (text.isEmpty()) {
            return null;
        }
        var parts = text.split(" ", -1);
        return new CommandAnswer(
                PersonId.of(parts[0]),
                Long.parseLong(parts[1]),
                parts.length > 2 ? EmailRefusal.valueOf(parts[2]) : null);
    }

    private static CommandRejected reused() {
        return new CommandRejected(
                Rule.IDEMPOTENCY_KEY_REUSED, "The Idempotency-Key was used with another request before");
    }

    private static String[] column(List<IdempotencyKey> keys, Function<IdempotencyKey, String> value) {
        return keys.stream().map(value).toArray(String[]::new);
    }

    @Scheduled(fixedDelay = 1, timeUnit = java.util.concurrent.TimeUnit.HOURS)
    void deleteExpired() {
        jdbc.update(
                "DELETE FROM idempotency WHERE created_at < now() - make_interval(secs => ?)", KEPT_FOR.toSeconds());
    }
}
