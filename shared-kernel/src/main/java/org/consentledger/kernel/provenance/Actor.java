package org.consentledger.kernel.provenance;

import java.util.List;

/**
 * Who issued a command: a user, an application, the data subject through a link, or a sync.
 *
 * @param id the subject of the token, or a fixed word for those without one
 * @param name as shown to people
 * @param roles the names of the roles held at that moment
 */
public record Actor(String id, String name, List<String> roles) {

    /** The ledger itself, where nobody asked. */
    public static final Actor SYSTEM = new Actor("system", "Consent Ledger", List.of());

    /** The person whom the data is about. */
    public static final Actor DATA_SUBJECT = new Actor("data-subject", "Data subject", List.of());

    public Actor {
        roles = List.copyOf(roles);
    }
}
