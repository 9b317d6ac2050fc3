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
 * <p>A command that meets nobody goes to the aggregate at once and waits for nothing. Only while {@value #AT_ONCE}
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

    private static final int AT_ONCE = 2;

    /** Enough to share a flush among many; few enough for the first to be answered soon. */
    private static final int MOST_TOGETHER = 64;

    private final CommandDispatcher oneByOne;
    private final ChunkHandler chunks;

    private final ReentrantLock gate = new ReentrantLock();
    private final Deque<Waiting> queue = new ArrayDeque<>();
    private final Set<Object> busy = new HashSet<>();
    private int turns;

    GroupCommit(@Qualifier("oneByOne") CommandDispatcher oneByOne, ChunkHandler chunks) {
        this.oneByOne = oneByOne;
        this.chunks = chunks;
    }

    @Override
    public CommandAnswer send(PersonCommand command, Envelope envelope) {
        var waiting = new Waiting(command, envelope);
        var whatNext = enter(waiting) ? WhatNext.ALONE : waiting.whatNext.join();
        return switch (whatNext) {
            case WhatNext.Answered answered ->
                CommandDispatcher.unlessRefused(waiting.command, answered.outcome().answer());
            case WhatNext.Failed failed -> throw failed.failure();
            case WhatNext.Lead lead -> lead(lead.turn(), waiting);
            case WhatNext.GoAlone alone -> alone(waiting, alone.isTurn());
        };
    }

    @Override
    public void unsubscribe(String email, @Nullable UnsubscribeReason reason, Envelope envelope) {
        oneByOne.unsubscribe(email, reason, envelope);
    }

    @Override
    public void unsubscribe(
            AddressHash address, @Nullable UnsubscribeReason reason, @Nullable String comment, Envelope envelope) {
        oneByOne.unsubscribe(address, reason, comment, envelope);
    }

    private CommandAnswer alone(Waiting waiting, boolean isTurn) {
        try {
            return oneByOne.send(waiting.command, waiting.envelope);
        } finally {
            chunks.evictCached(waiting.command.personId());
            if (isTurn) {
                leave(List.of(waiting));
            }
        }
    }

    /** Carries out a turn, tells the others what became of their commands, and answers the leader's own. */
    private CommandAnswer lead(List<Waiting> turn, Waiting leader) {
        var told = turn.stream().collect(toMap(one -> one, one -> WhatNext.ALONE_AFTERWARDS));
        try {
            var outcomes = chunks.handleTogether(turn.stream()
                    .map(one -> new ChunkHandler.SentCommand(one.command, one.envelope))
                    .toList());
            for (int place = 0; place < turn.size(); place++) {
                told.put(turn.get(place), new WhatNext.Answered(outcomes.get(place)));
            }
        } catch (TransactionException | DataAccessResourceFailureException outage) {
            // It may have been recorded all the same: nobody may do it again but the sender, who is told so.
            told.replaceAll((one, next) -> new WhatNext.Failed(outage));
        } catch (RuntimeException nothingWasRecorded) {
            // Whose fault it was shows when each goes alone.
        } finally {
            leave(turn);
            turn.stream().filter(one -> one != leader).forEach(one -> one.whatNext.complete(told.get(one)));
        }
        return switch (Objects.requireNonNull(told.get(leader))) {
            case WhatNext.Answered answered ->
                CommandDispatcher.unlessRefused(leader.command, answered.outcome().answer());
            case WhatNext.Failed failed -> throw failed.failure();
            default -> alone(leader, false);
        };
    }

    /** Begins a turn for one command alone, if there is room for it; otherwise the command waits. */
    private boolean enter(Waiting waiting) {
        gate.lock();
        try {
            if (turns < AT_ONCE && queue.isEmpty() && waiting.isFree(busy)) {
                turns++;
                waiting.occupy(busy);
                return true;
            }
            queue.add(waiting);
            return false;
        } finally {
            gate.unlock();
        }
    }

    /** Ends a turn, and begins the next ones with those who wait. */
    private void leave(List<Waiting> turn) {
        gate.lock();
        try {
            turns--;
            turn.forEach(one -> one.vacate(busy));
            while (turns < AT_ONCE) {
                var next = nextTurn();
                if (next.isEmpty()) {
                    return;
                }
                turns++;
                var leader = next.getFirst();
                leader.whatNext.complete(next.size() == 1 ? WhatNext.ALONE : new WhatNext.Lead(next));
            }
        } finally {
            gate.unlock();
        }
    }

    /** Takes out of the queue, in its order, whoever can be in a turn now. */
    private List<Waiting> nextTurn() {
        var turn = new ArrayList<Waiting>();
        var passedOver = new HashSet<PersonId>();
        var keys = new HashSet<Object>();
        for (var waiting = queue.iterator(); waiting.hasNext() && turn.size() < MOST_TOGETHER; ) {
            var one = waiting.next();
            var person = one.command.personId();
            if (one.isFree(busy) && !passedOver.contains(person) && (one.key() == null || keys.add(one.key()))) {
                turn.add(one);
                waiting.remove();
            } else {
                passedOver.add(person); // whoever came later doesn't overtake
            }
        }
        turn.forEach(one -> one.occupy(busy));
        return turn;
    }

    /** A command at the gate, and how its sender, who sleeps meanwhile, is told what to do next. */
    private static final class Waiting {

        private final PersonCommand command;
        private final Envelope envelope;
        private final CompletableFuture<WhatNext> whatNext = new CompletableFuture<>();

        Waiting(PersonCommand command, Envelope envelope) {
            this.command = command;
            this.envelope = envelope;
        }

        private @Nullable Object key() {
            var key = envelope.idempotencyKey();
            return key == null ? null : key.name();
        }

        boolean isFree(Set<Object> busy) {
            var key = key();
            return !busy.contains(command.personId()) && (key == null || !busy.contains(key));
        }

        void occupy(Set<Object> busy) {
            busy.add(command.personId());
            var key = key();
            if (key != null) {
                busy.add(key);
            }
        }

        void vacate(Set<Object> busy) {
            busy.remove(command.personId());
            var key = key();
            if (key != null) {
                busy.remove(key);
            }
        }
    }

    /** What a sender does next. */
    private sealed interface WhatNext {

        WhatNext ALONE = new GoAlone(true);
        WhatNext ALONE_AFTERWARDS = new GoAlone(false);

        /** Carry out a turn for all who are in it. */
        record Lead(List<Waiting> turn) implements WhatNext {}

        /** Take the answer. */
        record Answered(ChunkOutcome outcome) implements WhatNext {}

        /** Give up. */
        record Failed(RuntimeException failure) implements WhatNext {}

        /** Go to the aggregate, as a turn or outside of any. */
        record GoAlone(boolean isTurn) implements WhatNext {}
    }
}
