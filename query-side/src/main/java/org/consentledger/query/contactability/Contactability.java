package org.consentledger.query.contactability;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.consentledger.kernel.person.AddressHash;
import org.consentledger.kernel.person.SubscriptionStatus;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/**
 * Reads from the registers whether addresses may be mailed. The command side writes the registers in the transaction of
 * the events, so an opt-out counts from the moment in which it is acknowledged, and no MongoDB is needed.
 *
 * <p>One statement answers any number of addresses, in one snapshot. For each address it finds the person who has it
 * and the last event that suppressed it. The rows of both name events by stream and version, from which the statement
 * looks up the positions.
 */
@Component
class Contactability {

    /** The subqueries keep PostgreSQL from reading whole tables that have no statistics yet. */
    private static final String READ = """
            SELECT hash, holder.*, suppressed.*
            FROM unnest(?::text[]) AS wanted (hash)
            LEFT JOIN LATERAL (
                SELECT person.person_id AS holder, person.version AS holder_version,
                    subscription, authorization_type, position AS holder_position
                FROM person_identity JOIN person USING (person_id)
                LEFT JOIN event ON stream = person_id AND event.version = CASE subscription
                    WHEN 'UNSUBSCRIBED' THEN subscription_version ELSE coalesce(authorization_version, 1) END
                WHERE key_hash = hash OFFSET 0
            ) AS holder ON true
            LEFT JOIN LATERAL (
                SELECT true AS suppressed, person_id AS suppressor, event.version AS suppressor_version, erased,
                    position AS suppressed_position
                FROM suppression LEFT JOIN event USING (stream, version) LEFT JOIN person ON person_id = stream
                WHERE address_hash = hash OFFSET 0
            ) AS suppressed ON true""";

    private final JdbcTemplate jdbc;

    Contactability(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /** The rule that decides about an address. */
    enum Rule {
        /** A subscribed person has the address, and a legal basis was stated. */
        ALLOWED,
        /** The person who has the address has opted out. */
        UNSUBSCRIBED,
        /** The address was opted out, and the person who did so no longer has it or was never known. */
        SUPPRESSED,
        /** As SUPPRESSED; the person who opted out has been erased since. */
        ERASED,
        /** A person has the address, but no legal basis was ever stated. */
        NO_AUTHORIZATION,
        /** The ledger has no person and no suppression for the address. */
        UNKNOWN_ADDRESS
    }

    /**
     * The rule that decides about an address, and the event that it goes back to.
     *
     * @param personId the holder, or the person who opted the address out; null without such a person
     * @param version the version of the holder; of a person who opted the address out, the version by that event
     * @param position the position of the event
     */
    record Decision(
            Rule rule,
            @Nullable String personId,
            @Nullable Integer version,
            @Nullable Long position) {}

    /** Returns the decision about each address. */
    Map<AddressHash, Decision> of(Collection<AddressHash> addresses) {
        var decisions = new HashMap<AddressHash, Decision>();
        jdbc.query(
                READ,
                row -> {
                    decisions.put(new AddressHash(row.getString("hash")), decision(row));
                },
                (Object) addresses.stream().map(AddressHash::value).distinct().toArray(String[]::new));
        return decisions;
    }

    private static Decision decision(ResultSet row) throws SQLException {
        var hasHolder = row.getString("holder") != null;
        if (hasHolder && SubscriptionStatus.UNSUBSCRIBED.name().equals(row.getString("subscription"))) {
            return ofHolder(Rule.UNSUBSCRIBED, row);
        }
        if (row.getBoolean("suppressed")) {
            var person = row.getString("suppressor");
            return new Decision(
                    row.getBoolean("erased") ? Rule.ERASED : Rule.SUPPRESSED,
                    person,
                    person == null ? null : row.getObject("suppressor_version", Integer.class),
                    row.getObject("suppressed_position", Long.class));
        }
        if (!hasHolder) {
            return new Decision(Rule.UNKNOWN_ADDRESS, null, null, null);
        }
        return ofHolder(row.getString("authorization_type") == null ? Rule.NO_AUTHORIZATION : Rule.ALLOWED, row);
    }

    private static Decision ofHolder(Rule rule, ResultSet row) throws SQLException {
        return new Decision(
                rule,
                row.getString("holder"),
                row.getInt("holder_version"),
                row.getObject("holder_position", Long.class));
    }
}
