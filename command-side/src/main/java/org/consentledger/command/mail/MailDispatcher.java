package org.consentledger.command.mail;

import jakarta.mail.MessagingException;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.consentledger.command.gateway.CommandDispatcher;
import org.consentledger.command.gateway.Envelope;
import org.consentledger.command.link.LinkUnsubscriber;
import org.consentledger.command.link.UnsubscribeLinks;
import org.consentledger.command.mail.Outbox.Claim;
import org.consentledger.command.pipeline.Recipients;
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
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.event.TransactionalEventListener;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Claims mails from the outbox, hands them to the mail server and records their outcome. Every process has a
 * dispatcher. A lease on the outbox row decides which of them sends a mail: the first to claim the row does.
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
 * <p>A watch thread claims mails and renews leases; each mail is sent by a thread of its own, at most
 * {@link MailSettings#atOnce} of them. An outcome that can't be recorded because the database is down is kept in
 * memory, with its lease, and retried in the next round.
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
    private final String name = UUID.randomUUID().toString();
    private final Semaphore free;
    private final Map<UUID, Claim> inProgress = new ConcurrentHashMap<>();

    /** Outcomes that could not be recorded yet, because the database was down. */
    private final Map<UUID, ClaimOutcome> unrecorded = new ConcurrentHashMap<>();

    private volatile Optional<Threads> threads = Optional.empty();

    /** One thread claims mails and renews leases, the others send. */
    private record Threads(ScheduledExecutorService watch, ExecutorService senders) {}

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
        free = new Semaphore(settings.atOnce());
    }

    @TransactionalEventListener(fallbackExecution = true)
    void on(Outbox.MailAccepted ignored) {
        wake();
    }

    private void wake() {
        threads.ifPresent(some -> {
            try {
                some.watch().execute(this::claimAll);
            } catch (RejectedExecutionException closing) {
                LOG.debug("The dispatcher is shutting down and claims no more mails");
            }
        });
    }

    @Override
    public void start() {
        if (!server.isConfigured()) {
            LOG.info("No mail server is configured (spring.mail.host): e-mails are not sent");
            return;
        }
        var some = new Threads(
                Executors.newSingleThreadScheduledExecutor(
                        Thread.ofPlatform().daemon().name("mail-watch").factory()),
                Executors.newThreadPerTaskExecutor(
                        Thread.ofPlatform().daemon().name("mail-", 0).factory()));
        threads = Optional.of(some);
        every(settings.pollInterval(), some.watch(), this::claimAll);
        every(settings.lease().dividedBy(4), some.watch(), this::renewLeases);
        every(Duration.ofHours(1), some.watch(), () -> quietly(() -> outbox.deleteTracesOlderThan(KEEP_TRACES)));
    }

    private static void every(Duration pause, ScheduledExecutorService watch, Runnable round) {
        // Each round catches its own exceptions: one that escaped would cancel the schedule.
        var unused = watch.scheduleWithFixedDelay(round, 0, pause.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Waits up to {@link #SHUTDOWN_TIMEOUT} for mails in progress. The others stay in the outbox. */
    @Override
    public void stop() {
        threads.ifPresent(some -> {
            threads = Optional.empty();
            some.watch().shutdownNow();
            some.senders().shutdown();
            try {
                if (!some.senders().awaitTermination(SHUTDOWN_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
                    LOG.warn("A mail server has not answered before shutdown; the outcome of its mail stays unknown");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    @Override
    public boolean isRunning() {
        return threads.isPresent();
    }

    private void claimAll() {
        quietly(() -> unrecorded.values().forEach(this::record));
        while (threads.isPresent() && free.tryAcquire()) {
            if (!claimOne()) {
                free.release();
                return;
            }
        }
    }

    private boolean claimOne() {
        var handedOver = false;
        try {
            var claim = outbox.claim(name, settings.lease());
            var some = threads;
            if (claim.isPresent() && some.isPresent()) {
                inProgress.put(claim.get().emailId(), claim.get());
                some.get().senders().execute(() -> deliver(claim.get()));
                handedOver = true;
            }
        } catch (RuntimeException e) {
            LOG.warn("Mails can't be claimed from the outbox: {}", e.getClass().getName());
        }
        return handedOver;
    }

    private void deliver(Claim claim) {
        try {
            outcomeOf(claim).ifPresent(this::record);
        } catch (RuntimeException e) {
            LOG.error(
                    "Mail {} could not be tried: {}",
                    claim.emailId(),
                    e.getClass().getName());
            quietly(() -> later(claim, new SendResult.NotYet(null)).ifPresent(this::record));
        } finally {
            if (!unrecorded.containsKey(claim.emailId())) {
                inProgress.remove(claim.emailId());
            }
            free.release();
            wake();
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
        outbox.postpone(claim, name, settings.pauseAfter(claim.attempts()));
        return Optional.empty();
    }

    private void requireHandOver(Claim claim, AcceptedMail mail) throws StoppedException {
        var ours = transaction.execute(
                status -> recipients.maySend(claim.person(), claim.emailId()) && outbox.handOver(claim, mail, name));
        if (!Boolean.TRUE.equals(ours)) {
            throw new StoppedException();
        }
    }

    /**
     * Records an outcome. The first outcome counts, and removes the mail from the outbox. An address that does not
     * exist is opted out before that, so that a failing opt-out is retried with the outcome.
     */
    private void record(ClaimOutcome outcome) {
        var claim = outcome.claim();
        var envelope = Envelope.of(new Provenance(Actor.SYSTEM, Via.SYSTEM, claim.correlationId(), null));
        unrecorded.put(claim.emailId(), outcome);
        try {
            if (outcome.bounced() != null) {
                unsubscriber.record(outcome.bounced(), UnsubscribeReason.BOUNCED, null, envelope);
            }
            commands.send(
                    new RecordEmailOutcome(claim.person(), claim.emailId(), outcome.value(), clock.instant()),
                    envelope);
            if (outcome.value() instanceof EmailOutcome.Withheld) {
                // If the rules allow the mail after all, as after a resubscribe, it is due again at once
                outbox.postpone(claim, name, Duration.ZERO);
            }
            unrecorded.remove(claim.emailId());
            inProgress.remove(claim.emailId());
        } catch (RuntimeException e) {
            LOG.warn(
                    "The outcome of mail {} is not recorded yet: {}",
                    claim.emailId(),
                    e.getClass().getName());
        }
    }

    private void renewLeases() {
        quietly(() -> inProgress.keySet().forEach(email -> outbox.renew(email, name, settings.lease())));
    }

    /** Logs a failure and goes on: the database may be down, and the next round retries. */
    private static void quietly(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException e) {
            LOG.warn("The outbox can't be reached: {}", e.getClass().getName());
        }
    }
}
