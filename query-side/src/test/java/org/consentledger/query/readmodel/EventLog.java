package org.consentledger.query.readmodel;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.bson.Document;
import org.consentledger.kernel.person.PersonEvent;
import org.consentledger.kernel.person.PersonEvent.SourceSet;
import org.consentledger.kernel.person.PersonEvent.Unsubscribed;
import org.jspecify.annotations.Nullable;

/** The simplest document per person: the names of the events so far. It can't fold an opt-out. */
record EventLog(List<String> events) {

    /** The shape of that document; the source of a person is self-contained. */
    record Shape(Set<Class<? extends PersonEvent>> ignoredEvents) implements DocumentShape<EventLog> {

        @Override
        public EventLog decode(Document stored) {
            return new EventLog(stored.getList("events", String.class));
        }

        @Override
        public Document encode(EventLog log) {
            return new Document("_id", "someone")
                    .append("version", version(log))
                    .append("events", log.events);
        }

        @Override
        public long version(EventLog log) {
            return log.events.size();
        }

        @Override
        public EventLog evolve(@Nullable EventLog log, Recorded<? extends PersonEvent> recorded) {
            if (recorded.event() instanceof Unsubscribed) {
                throw new IllegalStateException("can't be folded");
            }
            var events = new ArrayList<>(log == null ? List.<String>of() : log.events);
            events.add(recorded.event().getClass().getSimpleName());
            return new EventLog(List.copyOf(events));
        }

        @Override
        public Set<Class<? extends PersonEvent>> selfContainedEvents() {
            return Set.of(SourceSet.class);
        }

        @Override
        public Document changes(Recorded<? extends PersonEvent> recorded) {
            return new Document("version", recorded.version()).append("field" + recorded.sequence(), true);
        }
    }
}
