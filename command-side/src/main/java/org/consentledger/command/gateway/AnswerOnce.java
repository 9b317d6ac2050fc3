package org.consentledger.command.gateway;

import org.axonframework.commandhandling.CommandMessage;
import org.axonframework.messaging.InterceptorChain;
import org.axonframework.messaging.MessageHandlerInterceptor;
import org.axonframework.messaging.unitofwork.UnitOfWork;
import org.consentledger.kernel.person.CommandAnswer;
import org.jspecify.annotations.Nullable;

/**
 * Intercepts commands that carry an idempotency key, so that a repeated command gets its first answer and is carried
 * out once. It runs inside the command's transaction:
 *
 * <ol>
 *   <li>{@link Idempotency#claim} inserts the key. A second command with the same key waits at that row until the first
 *       one's transaction has ended.
 *   <li>If the key was used before, the interceptor returns the stored answer and the handler is not called.
 *   <li>Otherwise the handler runs, and its answer is stored in the same transaction. A rejected command rolls the key
 *       back together with everything else, so its sender may retry it under the same key.
 * </ol>
 *
 * <p>Example: a client registers a person with the key "k1", loses the connection and sends the request again. The
 * second command returns the id and version of the person that the first one has registered.
 */
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
