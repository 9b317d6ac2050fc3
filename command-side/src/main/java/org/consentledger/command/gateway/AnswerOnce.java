package org.consentledger.command.gateway;

import org.axonframework.commandhandling.CommandMessage;
import org.axonframework.messaging.InterceptorChain;
import org.axonframework.messaging.MessageHandlerInterceptor;
import org.axonframework.messaging.unitofwork.UnitOfWork;
import org.consentledger.kernel.person.CommandAnswer;
import org.jspecify.annotations.Nullable;

/** Gives a command that comes again under its idempotency key the answer of the first time, and carries it out once. */
final class AnswerOnce implements MessageHandlerInterceptor<CommandMessage<?>> {

    private final Idempotency idempotency;

    AnswerOnce(Idempotency idempotency) {
        this.idempotency = idempotency;
    }

    @Override
    public @Nullable Object handle(UnitOfWork<? extends CommandMessage<?>> unitOfWork, InterceptorChain chain)
            throws Exception {
        var key = CommandMetaData.idempotencyKey(unitOfWork.getMessage().getMetaData());
        if (key.isEmpty()) {
            return chain.proceed();
        }
        var earlier = idempotency.claim(key.get());
        if (earlier.isPresent()) {
            return Idempotency.answer(earlier.get());
        }
        var answer = chain.proceed();
        idempotency.keep(key.get(), answer instanceof CommandAnswer known ? Idempotency.text(known) : "");
        return answer;
    }
}
