package org.consentledger.kernel.planted;

import org.axonframework.modelling.command.AggregateLifecycle;

/** A message that needs more of Axon's package of commands than the one annotation. */
class NeedsAggregates {

    void markDeleted() {
        AggregateLifecycle.markDeleted();
    }
}
