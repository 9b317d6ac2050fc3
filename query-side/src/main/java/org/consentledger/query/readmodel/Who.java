package org.consentledger.query.readmodel;

import org.consentledger.kernel.provenance.Actor;

/** Somebody who did something, as the read models show it. */
public record Who(String id, String name) {

    public static Who of(Actor actor) {
        return new Who(actor.id(), actor.name());
    }
}
