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
 * Follows the ledger for one read model. Facts are taken in one by one, so that one that fails becomes a dead letter
 * alone; they are written once, at the end of the batch and before Axon notes that it was read.
 */
final class ReadModelEventHandler implements EventMessageHandler {

    private static final String FOLD = ReadModelEventHandler.class.getName();

    private final ReadModel model;
    private final LiveCollections collections;

    ReadModelEventHandler(ReadModel model, LiveCollections collections) {
        this.model = model;
        this.collections = collections;
    }

    /** A kind of event that this version doesn't know belongs to no model. */
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
     * The collection is looked up for each batch. Without one nothing is lost: a rebuild reads on to the head of the
     * ledger after it has switched, and so takes in whatever was handed to this tail before.
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
     * Writes what the batch came to. Axon stores the token in the first of its callbacks before the commit; here,
     * behind the last event, is the only place that is surely before it.
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
