package org.consentledger.command.link;

import java.time.Clock;
import org.consentledger.command.gateway.CommandDispatcher;
import org.consentledger.command.gateway.Envelope;
import org.consentledger.kernel.person.CommandRejected;
import org.consentledger.kernel.person.CommandRejected.Rule;
import org.consentledger.kernel.person.PersonCommand.Unsubscribe;
import org.consentledger.kernel.person.UnsubscribeReason;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Opts out the target of a link. Both parts of the target are opted out: the address that the mail went to, even if it
 * belongs to another person or to no person by now, and the person, even if their address has changed. An erased person
 * is skipped.
 */
@Component
public class LinkUnsubscriber {

    private final CommandDispatcher commands;
    private final Clock clock;

    LinkUnsubscriber(CommandDispatcher commands, Clock clock) {
        this.commands = commands;
        this.clock = clock;
    }

    /** Records the opt-out. A repeated call adds no event. */
    public void record(
            UnsubscribeLinks.Target target,
            @Nullable UnsubscribeReason reason,
            @Nullable String comment,
            Envelope envelope) {
        commands.unsubscribe(target.address(), reason, comment, envelope);
        try {
            commands.send(new Unsubscribe(target.person(), reason, comment, null, clock.instant()), envelope);
        } catch (CommandRejected rejected) {
            if (rejected.rule() != Rule.PERSON_ERASED) {
                throw rejected;
            }
        }
    }
}
