package org.consentledger.command.pipeline;

import static java.util.stream.Collectors.toMap;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.consentledger.command.gateway.CommandDispatcher;
import org.consentledger.command.gateway.Envelope;
import org.consentledger.command.work.SingleCommand;
import org.consentledger.kernel.person.AddressHash;
import org.consentledger.kernel.person.CommandAnswer;
import org.consentledger.kernel.person.PersonCommand;
import org.consentledger.kernel.person.PersonId;
import org.consentledger.kernel.person.UnsubscribeReason;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.annotation.Primary;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.TransientDataAccessResourceException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/**
 * Dispatches commands that arrive at the same time in groups, and commits each group once (the group commit of a
 * database). Appends to the event store are serialized, and an append holds its place until its commit is on disk. With
 * one command a transaction, the ledger would carry out only as many commands a second as the disk can flush.
 *
 * <p>A command that finds fewer than {@value #MAX_ACTIVE_GROUPS} groups active, an empty queue, and its person and its
 * idempotency key unreserved is a group of its own: its thread sends it to the aggregate at once. While
 * {@value #MAX_ACTIVE_GROUPS} groups are active (one commits, the other loads and decides), arriving commands wait in
 * the queue. A thread whose group has ended takes the next group out of the queue. The first command of that group is
 * the leader: its thread has the {@link Pipeline} load, decide and append the whole group in one transaction, and hands
 * each waiting thread its outcome. A refusal affects only its own command.
 *
 * <p>Example: A and B are active when C, D and E arrive. A ends, so C, D and E become the next group and C leads it.
 * C's transaction appends the events of C and E; D is refused by a rule. The three threads then return or throw, each
 * with its own outcome. If D is about the same person as B, D stays in the queue until B has ended.
 *
 * <p>If a group's transaction fails with nothing recorded, each of its commands goes to the aggregate alone, without a
 * group. If the outcome of the commit is unknown (the connection broke, say), each sender gets the exception, because a
 * retry could carry the command out twice.
 *
 * <p>{@link #lock} guards {@link #queue}, {@link #reserved} and {@link #activeGroups}; no I/O happens while it is held.
 * Two active groups never contain the same person or the same idempotency key, so commands of these groups don't
 * conflict with each other. They can still conflict with events that are appended outside of the groups: by imports and
 * bulk jobs, the CRM sync, opt-outs by address, commands that are repeated alone after their group has failed, and
 * other processes. The unique key (stream, version) detects such a conflict, and the command is retried.
 */
@Primary
@Component
class GroupCommit implements CommandDispatcher {

    private static final int MAX_ACTIVE_GROUPS = 2;

    /** Large enough to share a flush among many commands, small enough to answer the first of them soon. */
    private static final int MAX_GROUP_SIZE = 64;

    /** Longer than a lock of the database is waited for, so that only a stuck process lets this time pass. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final CommandDispatcher single;
    private final Pipeline pipeline;

    private final ReentrantLock lock = new ReentrantLock();

    private final Deque<PendingCommand> queue = new ArrayDeque<>();
    /** The people and idempotency keys of the active groups. */
    private final Set<Object> reserved = new HashSet<>();

    private final Duration patience;
    private int activeGroups;

    @Autowired
    GroupCommit(@Qualifier("oneByOne") CommandDispatcher single, Pipeline pipeline) {
        this(single, pipeline, PATIENCE);
    }

    GroupCommit(CommandDispatcher single, Pipeline pipeline, Duration patience) {
        this.single = single;
        this.pipeline = pipeline;
        this.patience = patience;
    }

    @Override
    public CommandAnswer send(PersonCommand command, Envelope envelope) {
        var waiting = new PendingCommand(command, envelope);
        var instruction = enter(waiting) ? Instruction.ALONE : awaitInstruction(waiting);
        return switch (instruction) {
            case Instruction.Answered answered -> waiting.answer(answered.outcome());
            case Instruction.Failed failed -> throw failed.failure();
            case Instruction.Lead lead -> lead(lead.group(), waiting);
            case Instruction.GoAlone alone -> alone(waiting, alone.countsAsGroup());
        };
    }

    @Override
    public void unsubscribe(String email, @Nullable UnsubscribeReason reason, Envelope envelope) {
        single.unsubscribe(email, reason, envelope);
    }

    @Override
    public void unsubscribe(
            AddressHash address, @Nullable UnsubscribeReason reason, @Nullable String comment, Envelope envelope) {
        single.unsubscribe(address, reason, comment, envelope);
    }

    private CommandAnswer alone(PendingCommand waiting, boolean countsAsGroup) {
        try {
            return single.send(waiting.command, waiting.envelope);
        } finally {
            if (countsAsGroup) {
                leave(List.of(waiting));
            }
        }
    }

    /** Carries out a group, completes the other members' instructions, and answers the leader's own command. */
    private CommandAnswer lead(List<PendingCommand> group, PendingCommand leader) {
        var instructions = group.stream().collect(toMap(one -> one, one -> Instruction.ALONE_UNCOUNTED));
        try {
            var outcomes = pipeline.carryOut(
                    group.stream().map(PendingCommand::request).toList());
            for (int place = 0; place < group.size(); place++) {
                instructions.put(group.get(place), new Instruction.Answered(outcomes.get(place)));
            }
        } catch (TransactionException
                | DataAccessResourceFailureException
                | TransientDataAccessResourceException outage) {
            // The commit may have succeeded all the same: only the sender may retry, so every sender gets the
            // exception.
            instructions.replaceAll((one, next) -> new Instruction.Failed(outage));
        } catch (RuntimeException nothingWasRecorded) {
            // Each command is repeated alone, which shows the one that made the group fail.
        } finally {
            leave(group);
            group.stream().filter(one -> one != leader).forEach(one -> one.instruction.complete(instructions.get(one)));
        }
        return switch (Objects.requireNonNull(instructions.get(leader))) {
            case Instruction.Answered answered -> leader.answer(answered.outcome());
            case Instruction.Failed failed -> throw failed.failure();
            default -> alone(leader, false);
        };
    }

    /** Waits for the command's turn, or for the outcome that its leader has for it, but not for ever. */
    private Instruction awaitInstruction(PendingCommand waiting) {
        try {
            return waiting.instruction.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException impossible) {
            throw new IllegalStateException("Instructions are never completed exceptionally", impossible);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } catch (TimeoutException stuck) {
            // As an interrupt
        }
        if (withdraw(waiting)) {
            return failed("The ledger is busy; the command was not carried out");
        }
        // A leader has its instruction by now, and must follow it. Others learn their outcome, or that it is unknown.
        return waiting.instruction
                .completeOnTimeout(
                        failed("The outcome of the command is not known yet"),
                        patience.toMillis(),
                        TimeUnit.MILLISECONDS)
                .join();
    }

    private static Instruction failed(String reason) {
        return new Instruction.Failed(new TransientDataAccessResourceException(reason));
    }

    /** Takes a command out of the queue, and returns whether it was still there, so that no group carries it out. */
    private boolean withdraw(PendingCommand waiting) {
        lock.lock();
        try {
            return queue.remove(waiting);
        } finally {
            lock.unlock();
        }
    }

    /** Makes the command a group of its own and returns true if it may run now; otherwise queues it. */
    private boolean enter(PendingCommand waiting) {
        lock.lock();
        try {
            if (activeGroups < MAX_ACTIVE_GROUPS && queue.isEmpty() && waiting.isFree(reserved)) {
                activeGroups++;
                waiting.reserve(reserved);
                return true;
            }
            queue.add(waiting);
            return false;
        } finally {
            lock.unlock();
        }
    }

    /** Ends a group, and starts as many groups from the queue as may be active. */
    private void leave(List<PendingCommand> group) {
        lock.lock();
        try {
            activeGroups--;
            group.forEach(one -> one.release(reserved));
            while (activeGroups < MAX_ACTIVE_GROUPS) {
                var next = nextGroup();
                if (next.isEmpty()) {
                    return;
                }
                activeGroups++;
                var leader = next.getFirst();
                leader.instruction.complete(next.size() == 1 ? Instruction.ALONE : new Instruction.Lead(next));
            }
        } finally {
            lock.unlock();
        }
    }

    /** Takes the commands out of the queue, in its order, that can run together now. */
    private List<PendingCommand> nextGroup() {
        var group = new ArrayList<PendingCommand>();
        var skipped = new HashSet<PersonId>();
        var keys = new HashSet<Object>();
        for (var waiting = queue.iterator(); waiting.hasNext() && group.size() < MAX_GROUP_SIZE; ) {
            var one = waiting.next();
            var person = one.command.personId();
            if (one.isFree(reserved) && !skipped.contains(person) && (one.key() == null || keys.add(one.key()))) {
                group.add(one);
                waiting.remove();
            } else {
                skipped.add(person); // keeps the order of the commands on one person
            }
        }
        group.forEach(one -> one.reserve(reserved));
        return group;
    }

    /** A command whose thread waits for an instruction. */
    private static final class PendingCommand {

        private final PersonCommand command;
        private final Envelope envelope;
        private final CompletableFuture<Instruction> instruction = new CompletableFuture<>();

        PendingCommand(PersonCommand command, Envelope envelope) {
            this.command = command;
            this.envelope = envelope;
        }

        private Request request() {
            return new Request(
                    new SingleCommand(command),
                    envelope.causedBy(UUID.randomUUID().toString()));
        }

        private @Nullable Object key() {
            var key = envelope.idempotencyKey();
            return key == null ? null : key.name();
        }

        /** Returns the answer to the sender, or throws the rejection of the command. */
        private CommandAnswer answer(WorkOutcome outcome) {
            return CommandDispatcher.unlessRefused(
                    command, Objects.requireNonNull(outcome.answer(), "a command on a person has an answer"));
        }

        boolean isFree(Set<Object> reserved) {
            var key = key();
            return !reserved.contains(command.personId()) && (key == null || !reserved.contains(key));
        }

        void reserve(Set<Object> reserved) {
            reserved.add(command.personId());
            var key = key();
            if (key != null) {
                reserved.add(key);
            }
        }

        void release(Set<Object> reserved) {
            reserved.remove(command.personId());
            var key = key();
            if (key != null) {
                reserved.remove(key);
            }
        }
    }

    /** Tells a waiting thread how to go on. */
    private sealed interface Instruction {

        Instruction ALONE = new GoAlone(true);
        Instruction ALONE_UNCOUNTED = new GoAlone(false);

        /** Carry out the group as its leader. */
        record Lead(List<PendingCommand> group) implements Instruction {}

        /** Return the outcome, which the leader has recorded. */
        record Answered(WorkOutcome outcome) implements Instruction {}

        /** Throw the failure of the group. */
        record Failed(RuntimeException failure) implements Instruction {}

        /**
         * Send the command to the aggregate, as a group of its own or, after its group has failed, outside of any
         * group.
         */
        record GoAlone(boolean countsAsGroup) implements Instruction {}
    }
}
