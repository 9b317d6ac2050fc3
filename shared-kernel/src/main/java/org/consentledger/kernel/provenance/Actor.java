package org.consentledger.kernel.provenance;

import java.util.List;

/**
 * The issuer of a command: a user, an application, the data subject through a link, or a sync.
 *
 * @param id the subject of the token, or a fixed word for an actor without a token
 * @param name the name that pages and exports show
 * @param roles the names of the roles that the actor held at the time of the command
 */
public record Actor(String id, String name, List<String> roles) {

    /** The ledger itself, for events without an outside request. */
    public static final Actor SYSTEM = new Actor("system", "Consent Ledger", List.of());

    /** The person that the data is about. */
    public static final Actor DATA_SUBJECT = new Actor("data-subject", "Data subject", List.of());

    public Actor {
        roles = List.copyOf(roles);
    }
}
