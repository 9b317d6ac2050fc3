package org.consentledger.command.person;

import static java.util.stream.Collectors.toMap;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import org.consentledger.command.gateway.CommandDispatcher;
import org.consentledger.command.gateway.Envelope;
import org.consentledger.kernel.person.AddressHash;
import org.consentledger.kernel.person.CommandAnswer;
import org.consentledger.kernel.person.PersonCommand;
import org.consentledger.kernel.person.PersonId;
import org.consentledger.kernel.person.UnsubscribeReason;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.annotation.Primary;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/**
 * Carries commands that arrive together out together. Appends take turns, and a turn lasts until the commit is on disk:
 * one command a turn would cap the ledger at as many commands a second as the disk can flush.
 *
 * <p>A command that meets nobody goes to the aggregate at once and waits for nothing. Only while {@value #MAX_ACTIVE_GROUPS}
 * turns are under way (one commits, another one loads and decides) do those that arrive wait, and whatever has gathered
 * by the end of a turn is the next one: loaded, decided and appended by {@link ChunkHandler} in one transaction. Each
 * gets its own answer, and a refusal touches no other. Should the turn as a whole fail, each of its commands goes to
 * the aggregate by itself.
 *
 * <p>Two turns never hold the same person, nor the same idempotency key, so within a process nobody loses a race to a
 * neighbour.
 */
@Primary
@Component
class GroupCommit implements CommandDispatcher {

    private static final int MAX_ACTIVE_GROUPS = 2;

    /** Enough to share a flush among many; few enough for the first to be answered soon. */
    private static final int MAX_GROUP_SIZE = 64;

    private final CommandDispatcher single;
    private final ChunkHandler chunks;

    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<PendingCommand> queue = new ArrayDeque<>();
    private final Set<Object> reserved = new HashSet<>();
    private int activeGroups;

    GroupCommit(@Qualifier("oneByOne") CommandDispatcher single, ChunkHandler chunks) {
        this.single = single;
        this.chunks = chunks;
    }

    @Override
    public CommandAnswer send(PersonCommand command, Envelope envelope) {
        var waiting = new PendingCommand(command, envelope);
        var instruction = enter(waiting) ? Instruction.ALONE : waiting.instruction.join();
        return switch (instruction) {
            case Instruction.Answered answered ->
                CommandDispatcher.unlessRefused(waiting.command, answered.outcome().answer());
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
            chunks.evictCached(waiting.command.personId());
            if (countsAsGroup) {
                leave(List.of(waiting));
            }
        }
    }

    /** Carries out a turn, tells the others what became of their commands, and answers the leader's own. */
    private CommandAnswer lead(List<PendingCommand> group, PendingCommand leader) {
        var instructions = group.stream().collect(toMap(one -> one, one -> Instruction.ALONE_UNCOUNTED));
        try {
            var outcomes = chunks.handleTogether(group.stream()
                    .map(one -> new ChunkHandler.SentCommand(one.command, one.envelope))
                    .toList());
            for (int place = 0; place < group.size(); place++) {
                instructions.put(group.get(place), new Instruction.Answered(outcomes.get(place)));
            }
        } catch (TransactionException | DataAccessResourceFailureException outage) {
            // It may have been recorded all the same: nobody may do it again but the sender, who is told so.
            instructions.replaceAll((one, next) -> new Instruction.Failed(outage));
        } catch (RuntimeException nothingWasRecorded) {
            // Whose fault it was shows when each goes alone.
        } finally {
            leave(group);
            group.stream().filter(one -> one != leader).forEach(one -> one.instruction.complete(instructions.get(one)));
        }
        return switch (Objects.requireNonNull(instructions.get(leader))) {
            case Instruction.Answered answered ->
                CommandDispatcher.unlessRefused(leader.command, answered.outcome().answer());
            case Instruction.Failed failed -> throw failed.failure();
            default -> alone(leader, false);
        };
    }

    /** Begins a turn for one command alone, if there is room for it; otherwise the command waits. */
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

    /** Ends a turn, and begins the next ones with those who wait. */
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

    /** Takes out of the queue, in its order, whoever can be in a turn now. */
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
                skipped.add(person); // whoever came later doesn't overtake
            }
        }
        group.forEach(one -> one.reserve(reserved));
        return group;
    }

    /** A command at the gate, and how its sender, who sleeps meanwhile, is told what to do next. */
    private static final class PendingCommand {

        private final PersonCommand command;
        private final Envelope envelope;
        private final CompletableFuture<Instruction> instruction = new CompletableFuture<>();

        PendingCommand(PersonCommand command, Envelope envelope) {
            this.command = command;
            this.envelope = envelope;
        }

        private @Nullable Object key() {
            var key = envelope.idempotencyKey();
            return key == null ? null : key.name();
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

    /** What a sender does next. */
    private sealed interface Instruction {

        Instruction ALONE = new GoAlone(true);
        Instruction ALONE_UNCOUNTED = new GoAlone(false);

        /** Carry out a turn for all who are in it. */
        record Lead(List<PendingCommand> group) implements Instruction {}

        /** Take the answer. */
        record Answered(ChunkOutcome outcome) implements Instruction {}

        /** Give up. */
        record Failed(RuntimeException failure) implements Instruction {}

        /** Go to the aggregate, as a turn or outside of any. */
        record GoAlone(boolean countsAsGroup) implements Instruction {}
    }
}
