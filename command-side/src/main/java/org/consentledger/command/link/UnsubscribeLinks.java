package org.consentledger.command.link;

import java.security.SecureRandom;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.consentledger.kernel.person.AddressHash;
import org.consentledger.kernel.person.PersonId;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** The links that were given out. A person has one for each address, for ever. */
@Component
@EnableConfigurationProperties(LinkSettings.class)
public class UnsubscribeLinks {

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final byte[] NOBODYS = new byte[LinkTokens.REFERENCE];
    private static final String PATH = "/u/";

    private final JdbcTemplate jdbc;
    private final LinkTokens tokens;
    private final String base;
    private final Pattern ours;

    /** Whom a link was made for, and which address it was sent to. */
    public record Target(PersonId person, AddressHash address) {}

    UnsubscribeLinks(JdbcTemplate jdbc, LinkSettings settings) {
        this.jdbc = jdbc;
        tokens = new LinkTokens(settings.keys());
        base = settings.base();
        ours = Pattern.compile(Pattern.quote(base + PATH) + "([A-Za-z0-9_-]+)");
    }

    /** The link for a person at an address. It is on disk before it is given out, unless in a transaction. */
    public String urlFor(PersonId person, AddressHash address) {
        var reference = new byte[LinkTokens.REFERENCE];
        RANDOM.nextBytes(reference);
        jdbc.update(
                "INSERT INTO unsubscribe_link (reference, person_id, address_hash) VALUES (?, ?, ?)"
                        + " ON CONFLICT (person_id, address_hash) DO NOTHING",
                reference,
                person.value(),
                address.value());
        var kept = jdbc.queryForObject(
                "SELECT reference FROM unsubscribe_link WHERE person_id = ? AND address_hash = ?",
                byte[].class,
                person.value(),
                address.value());
        if (kept == null) {
            throw new IllegalStateException("A link that was kept is gone");
        }
        return base + PATH + tokens.tokenOf(kept);
    }

    /** Whom the first genuine link in a text, as in the header of a mail that came back, was made for. */
    public Optional<Target> findIn(String text) {
        var found = ours.matcher(text);
        while (found.find()) {
            var target = find(found.group(1));
            if (target.isPresent()) {
                return target;
            }
        }
        return Optional.empty();
    }

    /** Whom a token was made for; nobody if it is none of ours. The store is asked either way. */
    Optional<Target> find(String token) {
        var reference = tokens.referenceIn(token).orElse(NOBODYS);
        return jdbc
                .query(
                        "SELECT person_id, address_hash FROM unsubscribe_link WHERE reference = ?",
                        (row, number) -> new Target(
                                new PersonId(row.getObject(1, UUID.class)), new AddressHash(row.getString(2))),
                        (Object) reference)
                .stream()
                .findFirst();
    }
}
