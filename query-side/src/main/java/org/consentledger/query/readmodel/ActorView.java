package org.consentledger.query.readmodel;

import org.consentledger.kernel.provenance.Actor;

/** An actor as the read models show it. */
public record ActorView(String id, String name) {

    public static ActorView of(Actor actor) {
        return new ActorView(actor.id(), actor.name());
    }
}
