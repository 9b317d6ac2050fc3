package org.consentledger.query.readmodel;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.eventhandling.EventMessageHandler;
import org.axonframework.messaging.InterceptorChain;
import org.axonframework.messaging.Message;
import org.axonframework.messaging.unitofwork.BatchingUnitOfWork;
import org.axonframework.messaging.unitofwork.CurrentUnitOfWork;
import org.axonframework.messaging.unitofwork.UnitOfWork;
import org.consentledger.kernel.person.AddressEvent;
import org.consentledger.kernel.person.PersonEvent;
import org.jspecify.annotations.Nullable;

/**
 * Handles the ledger's events for one read model. The handler folds events one by one, so that an event that fails
 * becomes a dead letter alone. The {@link ReadModel.Fold} of a batch is a resource of Axon's unit of work.
 * {@link #writeAtEnd} writes it once, after the last event and before Axon stores the token.
 */
final class ReadModelEventHandler implements EventMessageHandler {

    private static final String FOLD = ReadModelEventHandler.class.getName();

    private final ReadModel model;
    private final LiveCollections collections;

    ReadModelEventHandler(ReadModel model, LiveCollections collections) {
        this.model = model;
        this.collections = collections;
    }

    /** Answers false for event types that this version of the program does not know. */
    @Override
    public boolean canHandleType(Class<?> kind) {
        return (PersonEvent.class.isAssignableFrom(kind) || AddressEvent.class.isAssignableFrom(kind))
                && model.handles(kind);
    }

    @Override
    public boolean canHandle(EventMessage<?> message) {
        return canHandleType(message.getPayloadType());
    }

    @Override
    public @Nullable Object handle(EventMessage<?> message) {
        fold(message);
        return null;
    }

    private void fold(EventMessage<?> message) {
        var unit = CurrentUnitOfWork.get();
        Optional<ReadModel.Fold> fold = unit.getOrComputeResource(FOLD, key -> begin(messagesOf(unit)));
        fold.ifPresent(open -> open.fold(Ledger.recorded(message)));
    }

    /**
     * Begins the batch in the collection that is live now. Without a live collection the batch is dropped, and no event
     * is lost: after its switch, a rebuild reads on to the head of the ledger and so folds everything that was handed
     * to this handler before.
     */
    private Optional<ReadModel.Fold> begin(List<? extends Message<?>> messages) {
        var ahead = new ArrayList<EventHeader>();
        for (var message : messages) {
            if (message instanceof DomainEventMessage<?> event) {
                ahead.add(EventHeader.of(event));
            }
        }
        return collections.live(model.name()).map(collection -> model.begin(collection, ahead));
    }

    private static List<? extends Message<?>> messagesOf(UnitOfWork<?> unit) {
        return unit instanceof BatchingUnitOfWork<?> batch ? batch.getMessages() : List.of(unit.getMessage());
    }

    /**
     * Writes the batch after its last event. An interceptor is the only place that surely precedes the token: Axon
     * stores the token in the first of its callbacks before the commit, and callbacks of ours would run after it.
     */
    static @Nullable Object writeAtEnd(UnitOfWork<?> unit, InterceptorChain chain) throws Exception {
        var result = chain.proceed();
        if (!(unit instanceof BatchingUnitOfWork<?> batch) || batch.isLastMessage()) {
            Optional<ReadModel.Fold> fold = unit.getOrDefaultResource(FOLD, Optional.empty());
            fold.ifPresent(ReadModel.Fold::write);
        }
        return result;
    }
}
