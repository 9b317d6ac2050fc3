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
import org.consentledger.command.gateway.Commands;
import org.consentledger.command.gateway.Envelope;
import org.consentledger.command.link.LinkUnsubscriber;
import org.consentledger.command.link.UnsubscribeLinks;
import org.consentledger.command.mail.Outbox.Claim;
import org.consentledger.command.person.Recipients;
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
 * Takes mails out of the outbox, hands them to the mail server and has it recorded what came of them. Every process has
 * one; which of them sends a mail is decided by who takes it first.
 *
 * <p>A mail is handed over once at most. That it is being handed over is on disk before the server sees its content; if
 * nobody says afterwards what came of it, its outcome is unknown, and it stays at that. Whether the person may still be
 * mailed is asked in the same transaction, so an opt-out that was acknowledged before stops the mail.
 */
@Component
class MailDispatcher implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(MailDispatcher.class);
    private static final Duration KEEP_TRACES = Duration.ofDays(90);

    /** How long the end of the program waits for mail servers. */
    private static final Duration LAST_WORDS = Duration.ofSeconds(20);

    private final Outbox outbox;
    private final Recipients recipients;
    private final MessageWriter writer;
    private final MailServer server;
    private final MailSettings settings;
    private final Commands commands;
    private final LinkUnsubscriber unsubscriber;
    private final TransactionTemplate transaction;
    private final Clock clock;
    private final String name = UUID.randomUUID().toString();
    private final Semaphore free;
    private final Map<UUID, Claim> atWork = new ConcurrentHashMap<>();

    /** Outcomes that could not be recorded yet, because the store was away. */
    private final Map<UUID, Told> untold = new ConcurrentHashMap<>();

    private volatile Optional<Threads> threads = Optional.empty();

    /** One thread looks for mails and keeps leases alive, the others send. */
    private record Threads(ScheduledExecutorService watch, ExecutorService senders) {}

    /** @param bounced whom nobody can reach at the address; none where it isn't that */
    private record Told(Claim claim, EmailOutcome outcome, UnsubscribeLinks.@Nullable Target bounced) {

        Told(Claim claim, EmailOutcome outcome) {
            this(claim, outcome, null);
        }

        static Told failed(Claim claim, EmailFailure reason, @Nullable String status) {
            return new Told(claim, new EmailOutcome.Failed(reason, status));
        }
    }

    MailDispatcher(
            Outbox outbox,
            Recipients recipients,
            MessageWriter writer,
            MailServer server,
            MailSettings settings,
            Commands commands,
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
                some.watch().execute(this::takeOn);
            } catch (RejectedExecutionException closing) {
                LOG.debug("Not looking for mails any more");
            }
        });
    }

    @Override
    public void start() {
        if (!server.isConfigured()) {
            LOG.info("There is no mail server (spring.mail.host): e-mails are not sent");
            return;
        }
        var some = new Threads(
                Executors.newSingleThreadScheduledExecutor(
                        Thread.ofPlatform().daemon().name("mail-watch").factory()),
                Executors.newThreadPerTaskExecutor(
                        Thread.ofPlatform().daemon().name("mail-", 0).factory()));
        threads = Optional.of(some);
        every(settings.pollInterval(), some.watch(), this::takeOn);
        every(settings.lease().dividedBy(4), some.watch(), this::renewLeases);
        every(Duration.ofHours(1), some.watch(), () -> quietly(() -> outbox.forgetTracesOlderThan(KEEP_TRACES)));
    }

    private static void every(Duration pause, ScheduledExecutorService watch, Runnable round) {
        // The rounds see to their failures themselves.
        var unused = watch.scheduleWithFixedDelay(round, 0, pause.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Lets the mails at hand come to their end, within reason; others wait for the next start, or other processes. */
    @Override
    public void stop() {
        threads.ifPresent(some -> {
            threads = Optional.empty();
            some.watch().shutdownNow();
            some.senders().shutdown();
            try {
                if (!some.senders().awaitTermination(LAST_WORDS.toMillis(), TimeUnit.MILLISECONDS)) {
                    LOG.warn("A mail server has not answered; what came of its mail stays unknown");
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

    private void takeOn() {
        quietly(() -> untold.values().forEach(this::record));
        while (threads.isPresent() && free.tryAcquire()) {
            if (!takeOnOne()) {
                free.release();
                return;
            }
        }
    }

    private boolean takeOnOne() {
        var handedOver = false;
        try {
            var claim = outbox.claim(name, settings.lease());
            var some = threads;
            if (claim.isPresent() && some.isPresent()) {
                atWork.put(claim.get().emailId(), claim.get());
                some.get().senders().execute(() -> deliver(claim.get()));
                handedOver = true;
            }
        } catch (RuntimeException e) {
            LOG.warn("Mails can't be looked for: {}", e.getClass().getName());
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
            if (!untold.containsKey(claim.emailId())) {
                atWork.remove(claim.emailId());
            }
            free.release();
            wake();
        }
    }

    /** What came of a mail; nothing if it is to be tried again. */
    private Optional<Told> outcomeOf(Claim claim) {
        if (claim.handingOver()) {
            return Optional.of(Told.failed(claim, EmailFailure.OUTCOME_UNKNOWN, null));
        }
        var mail = outbox.open(claim);
        if (mail.isEmpty() || !recipients.maySend(claim.person(), claim.emailId())) {
            return Optional.of(new Told(claim, new EmailOutcome.Withheld()));
        }
        WatchedMessage message;
        try {
            message = writer.write(claim.person(), claim.emailId(), mail.get(), server.from(), server.session());
        } catch (MessagingException unsendable) {
            return Optional.of(Told.failed(claim, EmailFailure.UNSENDABLE, null));
        }
        message.guardedBy(() -> requireHandOver(claim, mail.get()));
        return switch (server.send(message)) {
            case SendResult.Taken ignored -> Optional.of(new Told(claim, new EmailOutcome.Sent()));
            case SendResult.Stopped ignored -> Optional.of(new Told(claim, new EmailOutcome.Withheld()));
            case SendResult.Rejected rejected ->
                Optional.of(new Told(
                        claim,
                        new EmailOutcome.Failed(EmailFailure.REJECTED, rejected.status()),
                        rejected.unknownRecipient()
                                ? new UnsubscribeLinks.Target(
                                        claim.person(), mail.get().address())
                                : null));
            case SendResult.Unknown ignored -> Optional.of(Told.failed(claim, EmailFailure.OUTCOME_UNKNOWN, null));
            case SendResult.NotYet notYet -> later(claim, notYet);
        };
    }

    private Optional<Told> later(Claim claim, SendResult.NotYet notYet) {
        if (claim.acceptedAt().plus(settings.giveUpAfter()).isBefore(clock.instant())) {
            return Optional.of(Told.failed(claim, EmailFailure.GAVE_UP, notYet.status()));
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
     * Has an outcome recorded. The first word counts; the mail leaves the outbox with it. An address at which nobody is
     * is opted out before, so that it is tried again if that fails.
     */
    private void record(Told told) {
        var claim = told.claim();
        var envelope = Envelope.of(new Provenance(Actor.SYSTEM, Via.SYSTEM, claim.correlationId(), null));
        untold.put(claim.emailId(), told);
        try {
            if (told.bounced() != null) {
                unsubscriber.record(told.bounced(), UnsubscribeReason.BOUNCED, null, envelope);
            }
            commands.send(
                    new RecordEmailOutcome(claim.person(), claim.emailId(), told.outcome(), clock.instant()), envelope);
            if (told.outcome() instanceof EmailOutcome.Withheld) {
                // Where the rules let it go after all, as after a resubscribe, it is due again
                outbox.postpone(claim, name, Duration.ZERO);
            }
            untold.remove(claim.emailId());
            atWork.remove(claim.emailId());
        } catch (RuntimeException e) {
            LOG.warn(
                    "What came of mail {} is not recorded yet: {}",
                    claim.emailId(),
                    e.getClass().getName());
        }
    }

    private void renewLeases() {
        quietly(() -> atWork.keySet().forEach(email -> outbox.renew(email, name, settings.lease())));
    }

    /** The database may be away for a while; the next round is soon. */
    private static void quietly(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException e) {
            LOG.warn("The outbox can't be reached: {}", e.getClass().getName());
        }
    }
}
