package org.consentledger.query.planted;

import java.util.List;
import org.consentledger.query.readmodel.Recorded;
import org.springframework.stereotype.Component;

/** A fold by another name: it makes a list of itself out of an event. */
@Component
class ListsItselfWithSpring {

    static List<ListsItselfWithSpring> of(Recorded<?> recorded) {
        return List.of();
    }
}
