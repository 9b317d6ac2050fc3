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

/** Makes and looks up unsubscribe links. A person has one link for each address, and it works for ever. */
@Component
@EnableConfigurationProperties(LinkSettings.class)
public class UnsubscribeLinks {

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final String PATH = "/u/";

    private final JdbcTemplate jdbc;
    private final LinkTokens tokens;
    private final String base;
    private final Pattern ours;

    /** The person that a link was made for, and the hash of the address that it was sent to. */
    public record Target(PersonId person, AddressHash address) {}

    UnsubscribeLinks(JdbcTemplate jdbc, LinkSettings settings) {
        this.jdbc = jdbc;
        tokens = new LinkTokens(settings.keys());
        base = settings.base();
        ours = Pattern.compile(Pattern.quote(base + PATH) + "([A-Za-z0-9_-]+)");
    }

    /**
     * Returns the link for a person at an address. It is committed on return, unless the caller has a transaction open.
     */
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
            throw new IllegalStateException("The unsubscribe link that was just stored can not be read");
        }
        return base + PATH + tokens.tokenOf(kept);
    }

    /** Returns the target of the first genuine link in a text, such as the header of a mail that came back. */
    public Optional<Target> findIn(String text) {
        var found = ours.matcher(text);
        while (found.find()) {
            var target = referenceIn(found.group(1)).flatMap(this::targetOf);
            if (target.isPresent()) {
                return target;
            }
        }
        return Optional.empty();
    }

    /** Returns the reference in a token that the ledger has signed; empty for a forged or damaged token. */
    Optional<byte[]> referenceIn(String token) {
        return tokens.referenceIn(token);
    }

    /** Returns the target of a reference. The person may be erased. */
    Optional<Target> targetOf(byte[] reference) {
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
