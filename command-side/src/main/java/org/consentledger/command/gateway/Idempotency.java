package org.consentledger.command.gateway;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
            throw reused();
        }
        return Optional.of(String.valueOf(earlier.get("answer")));
    }

    /** Keeps the answer under a key that was claimed in this transaction. */
    public void keep(IdempotencyKey key, String answer) {
        jdbc.update("UPDATE idempotency SET answer = ? WHERE sender = ? AND key = ?", answer, key.sender(), key.key());
    }

    /** What is known of an idempotency key that was used before. */
    public sealed interface Earlier {

        /** The same request was answered. */
        record Answer(CommandAnswer answer) implements Earlier {}

        /** It was another request. */
        record OtherRequest(CommandRejected rejection) implements Earlier {}
    }

    /** Those of the keys under which commands were answered before. The others are free, but not yet ours. */
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
                                    ? new Earlier.Answer(Objects.requireNonNull(answer(row.getString(3))))
                                    : new Earlier.OtherRequest(reused()));
                },
                column(keys, IdempotencyKey::sender),
                column(keys, IdempotencyKey::key),
                KEPT_FOR.toSeconds());
        return found;
    }

    /**
     * Keeps the answers to commands that are carried out in this transaction.
     *
     * @throws ConcurrencyException if one of the keys isn't free any more
     */
    public void keep(Map<IdempotencyKey, CommandAnswer> answers) {
        if (answers.isEmpty()) {
            return;
        }
        var keys = List.copyOf(answers.keySet());
        // In an order, so that two who keep the same ones don't wait for each other.
        var kept = jdbc.update(
                "INSERT INTO idempotency (sender, key, fingerprint, answer)"
                        + " SELECT * FROM unnest(?::text[], ?::text[], ?::text[], ?::text[]) ORDER BY 1, 2"
                        + " ON CONFLICT DO NOTHING",
                column(keys, IdempotencyKey::sender),
                column(keys, IdempotencyKey::key),
                column(keys, IdempotencyKey::fingerprint),
                column(keys, key -> text(Objects.requireNonNull(answers.get(key)))));
        if (kept != keys.size()) {
            throw new ConcurrencyException("An idempotency key has been used meanwhile");
        }
    }

    static String text(CommandAnswer answer) {
        var carriedOut = answer.personId() + " " + answer.version();
        return answer.refusal() == null
                ? carriedOut
                : carriedOut + " " + answer.refusal().name();
    }

    /** The answer of {@link #text}; none to who was to learn nothing. */
    static @Nullable CommandAnswer answer(String text) {
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
