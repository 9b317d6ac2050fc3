package org.consentledger.command.mail;

import jakarta.mail.MessagingException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.consentledger.command.gateway.CommandDispatcher;
import org.consentledger.command.gateway.Envelope;
import org.consentledger.command.link.LinkUnsubscriber;
import org.consentledger.command.link.UnsubscribeLinks;
import org.consentledger.command.mail.Outbox.Claim;
import org.consentledger.command.pipeline.Recipients;
import org.consentledger.foundation.lease.LeasedWorker;
import org.consentledger.foundation.lease.LeasedWorker.Piece;
import org.consentledger.foundation.lease.Leases;
import org.consentledger.kernel.person.EmailFailure;
import org.consentledger.kernel.person.EmailOutcome;
import org.consentledger.kernel.person.PersonCommand.RecordEmailOutcome;
import org.consentledger.kernel.person.UnsubscribeReason;
import org.consentledger.kernel.provenance.Actor;
import org.consentledger.kernel.provenance.Provenance;
import org.consentledger.kernel.provenance.Via;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.EventListener;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Takes mails from the outbox, hands them to the mail server and records their outcome. Every process has a dispatcher,
 * and a lease on the mail decides which of them sends it ({@link LeasedWorker}).
 *
 * <p>Delivery is at most once. One transaction checks that the person may still be mailed and marks the row as being
 * handed over; it commits before the server sees the content. So an opt-out that was acknowledged earlier stops the
 * mail. A process that dies after the mark leaves a row that is marked but has no outcome. The next claim records
 * {@code OUTCOME_UNKNOWN} for it and does not send it again.
 *
 * <p>Example: the server answers 451 to RCPT TO, before the mark. The mail is postponed, and retried with growing
 * pauses until {@link MailSettings#giveUpAfter}. If it answers 550 with status 5.1.1, the outcome is a rejection, and
 * the address is opted out with the reason {@code BOUNCED}.
 *
 * <p>Each mail is sent by a thread of its own, at most {@link MailSettings#atOnce} of them. While an outcome can't be
 * recorded because the database is down, its thread tries again, and the lease is kept.
 */
@Component
class MailDispatcher implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(MailDispatcher.class);
    private static final Duration KEEP_TRACES = Duration.ofDays(90);

    /** How long shutdown waits for mail servers. */
    private static final Duration SHUTDOWN_TIMEOUT = Duration.ofSeconds(20);

    private final Outbox outbox;
    private final Recipients recipients;
    private final MessageWriter writer;
    private final MailServer server;
    private final MailSettings settings;
    private final CommandDispatcher commands;
    private final LinkUnsubscriber unsubscriber;
    private final TransactionTemplate transaction;
    private final Clock clock;
    private final LeasedWorker worker;

    /** @param bounced the person and address to opt out; null unless the server said that the address does not exist */
    private record ClaimOutcome(Claim claim, EmailOutcome value, UnsubscribeLinks.@Nullable Target bounced) {

        ClaimOutcome(Claim claim, EmailOutcome value) {
            this(claim, value, null);
        }

        static ClaimOutcome failed(Claim claim, EmailFailure reason, @Nullable String status) {
            return new ClaimOutcome(claim, new EmailOutcome.Failed(reason, status));
        }
    }

    MailDispatcher(
            Outbox outbox,
            Recipients recipients,
            MessageWriter writer,
            MailServer server,
            MailSettings settings,
            CommandDispatcher commands,
            LinkUnsubscriber unsubscriber,
            Leases leases,
            PlatformTransactionManager transactions,
            Clock clock) {
        this.outbox = outbox;
        this.recipients = recipients;
        this.writer = writer;
        this.server = server;
        this.settings = settings;
        this.commands = commands;
        this.unsubscriber = unsubscriber;
        this.transaction = new TransactionTemplate(transactions);
        this.clock = clock;
        worker = new LeasedWorker(
                leases,
                new LeasedWorker.Settings(
                        "mail", settings.atOnce(), settings.pollInterval(), settings.lease(), SHUTDOWN_TIMEOUT),
                new Mails());
    }

    @EventListener
    void on(Outbox.MailAccepted ignored) {
        worker.wake();
    }

    @Override
    public void start() {
        if (server.isConfigured()) {
            worker.start();
        } else {
            LOG.info("No mail server is configured (spring.mail.host): e-mails are not sent");
        }
    }

    /** Waits up to {@link #SHUTDOWN_TIMEOUT} for mails in progress. The others stay in the outbox. */
    @Override
    public void stop() {
        worker.stop();
    }

    @Override
    public boolean isRunning() {
        return worker.isRunning();
    }

    @Scheduled(fixedDelay = 1, timeUnit = TimeUnit.HOURS)
    void deleteOldTraces() {
        try {
            outbox.deleteTracesOlderThan(KEEP_TRACES);
        } catch (RuntimeException e) {
            LOG.warn("Traces of old mails can't be deleted: {}", e.getClass().getName());
        }
    }

    private final class Mails implements LeasedWorker.Work {

        @Override
        public List<String> due(int most) {
            return outbox.due(most);
        }

        @Override
        public boolean carryOut(Piece piece) {
            outbox.claim(piece.lease())
                    .flatMap(MailDispatcher.this::deliver)
                    .ifPresent(outcome -> recordUntilDone(outcome, piece));
            return true;
        }
    }

    private Optional<ClaimOutcome> deliver(Claim claim) {
        try {
            return outcomeOf(claim);
        } catch (RuntimeException e) {
            LOG.error(
                    "Mail {} could not be tried: {}",
                    claim.emailId(),
                    e.getClass().getName());
            return later(claim, new SendResult.NotYet(null));
        }
    }

    /** Sends a mail and returns its outcome, or empty if it will be retried. */
    private Optional<ClaimOutcome> outcomeOf(Claim claim) {
        if (claim.handingOver()) {
            return Optional.of(ClaimOutcome.failed(claim, EmailFailure.OUTCOME_UNKNOWN, null));
        }
        var mail = outbox.open(claim);
        if (mail.isEmpty() || !recipients.maySend(claim.person(), claim.emailId())) {
            return Optional.of(new ClaimOutcome(claim, new EmailOutcome.Withheld()));
        }
        WatchedMessage message;
        try {
            message = writer.write(claim.person(), claim.emailId(), mail.get(), server.from(), server.session());
        } catch (MessagingException unsendable) {
            return Optional.of(ClaimOutcome.failed(claim, EmailFailure.UNSENDABLE, null));
        }
        message.guardedBy(() -> requireHandOver(claim, mail.get()));
        return switch (server.send(message)) {
            case SendResult.Taken ignored -> Optional.of(new ClaimOutcome(claim, new EmailOutcome.Sent()));
            case SendResult.Stopped ignored -> Optional.of(new ClaimOutcome(claim, new EmailOutcome.Withheld()));
            case SendResult.Rejected rejected ->
                Optional.of(new ClaimOutcome(
                        claim,
                        new EmailOutcome.Failed(EmailFailure.REJECTED, rejected.status()),
                        rejected.unknownRecipient()
                                ? new UnsubscribeLinks.Target(
                                        claim.person(), mail.get().address())
                                : null));
            case SendResult.Unknown ignored ->
                Optional.of(ClaimOutcome.failed(claim, EmailFailure.OUTCOME_UNKNOWN, null));
            case SendResult.NotYet notYet -> later(claim, notYet);
        };
    }

    private Optional<ClaimOutcome> later(Claim claim, SendResult.NotYet notYet) {
        if (claim.acceptedAt().plus(settings.giveUpAfter()).isBefore(clock.instant())) {
            return Optional.of(ClaimOutcome.failed(claim, EmailFailure.GAVE_UP, notYet.status()));
        }
        outbox.postpone(claim, settings.pauseAfter(claim.attempts()));
        return Optional.empty();
    }

    private void requireHandOver(Claim claim, AcceptedMail mail) throws StoppedException {
        var ours = transaction.execute(
                status -> recipients.maySend(claim.person(), claim.emailId()) && outbox.handOver(claim, mail));
        if (!Boolean.TRUE.equals(ours)) {
            throw new StoppedException();
        }
    }

    private void recordUntilDone(ClaimOutcome outcome, Piece piece) {
        var recorded = record(outcome);
        while (!recorded && piece.pause(settings.pollInterval())) {
            recorded = record(outcome);
        }
    }

    /**
     * Records an outcome, and returns false if that failed. The first outcome counts, and removes the mail from the
     * outbox. An address that does not exist is opted out before that, so that a failing opt-out is retried with the
     * outcome.
     */
    private boolean record(ClaimOutcome outcome) {
        var claim = outcome.claim();
        var envelope = Envelope.of(new Provenance(Actor.SYSTEM, Via.SYSTEM, claim.correlationId(), null));
        try {
            if (outcome.bounced() != null) {
                unsubscriber.record(outcome.bounced(), UnsubscribeReason.BOUNCED, null, envelope);
            }
            commands.send(
                    new RecordEmailOutcome(claim.person(), claim.emailId(), outcome.value(), clock.instant()),
                    envelope);
            if (outcome.value() instanceof EmailOutcome.Withheld) {
                // If the rules allow the mail after all, as after a resubscribe, it is due again at once
                outbox.postpone(claim, Duration.ZERO);
            }
            return true;
        } catch (RuntimeException e) {
            LOG.warn(
                    "The outcome of mail {} is not recorded yet: {}",
                    claim.emailId(),
                    e.getClass().getName());
            return false;
        }
    }
}
