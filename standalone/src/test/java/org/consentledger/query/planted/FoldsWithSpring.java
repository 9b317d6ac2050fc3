package org.consentledger.query.planted;

import org.consentledger.kernel.person.PersonEvent;
import org.springframework.stereotype.Component;

/** A fold that needs a framework. */
@Component
class FoldsWithSpring {

    Object evolve(PersonEvent event) {
        return event;
    }
}
