package org.consentledger.command.gateway;

import org.axonframework.commandhandling.CommandMessage;
import org.axonframework.messaging.InterceptorChain;
import org.axonframework.messaging.MessageHandlerInterceptor;
import org.axonframework.messaging.unitofwork.UnitOfWork;
import org.consentledger.kernel.person.CommandAnswer;
import org.consentledger.kernel.person.EmailRefusal;
import org.consentledger.kernel.person.PersonId;
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
            return read(earlier.get());
        }
        var answer = chain.proceed();
        idempotency.keep(key.get(), write(answer));
        return answer;
    }

    private static String write(@Nullable Object answer) {
        if (!(answer instanceof CommandAnswer known)) {
            return "";
        }
        var carriedOut = known.personId() + " " + known.version();
        return known.refusal() == null
                ? carriedOut
                : carriedOut + " " + known.refusal().name();
    }

    private static @Nullable CommandAnswer read(String answer) {
        if (answer.isEmpty()) {
            return null;
        }
        var parts = answer.split(" ", -1);
        return new CommandAnswer(
                PersonId.of(parts[0]),
                Long.parseLong(parts[1]),
                parts.length > 2 ? EmailRefusal.valueOf(parts[2]) : null);
    }
}
