package org.consentledger.foundation.http;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Walks the causes of an exception. A cycle of causes ends the walk. */
final class Causes {

    /** Returns the exception and its causes, the outermost first. */
    static List<Throwable> of(Throwable failure) {
        var seen = Collections.newSetFromMap(new IdentityHashMap<Throwable, Boolean>());
        var causes = new ArrayList<Throwable>();
        @Nullable Throwable next = failure;
        while (next != null && seen.add(next)) {
            causes.add(next);
            next = next.getCause();
        }
        return causes;
    }

    static <T extends Throwable> Optional<T> find(Throwable failure, Class<T> type) {
        return of(failure).stream().filter(type::isInstance).map(type::cast).findFirst();
    }

    /**
     * Returns a stack trace without the exceptions' messages, because these may quote a request or stored personal
     * data.
     */
    static String traceOf(Throwable failure) {
        var trace = new StringBuilder();
        for (var cause : of(failure)) {
            trace.append(trace.isEmpty() ? "" : "Caused by: ")
                    .append(cause.getClass().getName())
                    .append('\n');
            for (var frame : cause.getStackTrace()) {
                trace.append("\tat ").append(frame).append('\n');
            }
        }
        return trace.toString();
    }

    private Causes() {}
}
