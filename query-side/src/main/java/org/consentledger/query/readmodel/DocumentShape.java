package org.consentledger.query.readmodel;

import java.util.Optional;
import java.util.Set;
import org.bson.Document;
import org.consentledger.kernel.person.PersonEvent;
import org.jspecify.annotations.Nullable;

/**
 * Maps the documents of a {@link DocumentPerPerson} to and from MongoDB, and tells how events change them.
 *
 * <p>An implementation MUST be stateless, as all threads share it. A change in what {@link #encode} stores, or in what
 * {@link #evolve} computes, takes effect for existing documents only after a rebuild.
 */
public interface DocumentShape<D> {

    /** The document of what {@link #encode} stored. */
    D decode(Document stored);

    /** The document as it is stored. It MUST have the fields {@code _id} and {@code version}. */
    Document encode(D document);

    /**
     * The number of the person's events that the document contains: the version after the last event that changed it.
     * The events after that one, up to the next one that changes the document, MUST have no effect on it.
     */
    long version(D document);

    /**
     * The event types that neither change nor create a document. For these events no document is fetched and none is
     * written. The set MUST be constant. An event of another type MAY have no effect either; then {@link #evolve} MAY
     * leave the version as it is.
     */
    default Set<Class<? extends PersonEvent>> ignoredEvents() {
        return Set.of();
    }

    /**
     * The document after one more event. It MUST be a pure function, and MUST return the document unchanged for an
     * event that the document already contains.
     *
     * @param document null before the first event
     * @throws RuntimeException if the event can't be folded; it becomes a dead letter
     */
    D evolve(@Nullable D document, Recorded<? extends PersonEvent> recorded);

    /**
     * The fields to set in a stored document to turn it into another one. The stored document is assumed to be what
     * {@link #encode} would store today: a version of the program that stores something else MUST rebuild the model.
     *
     * @return the fields, {@code version} among them; empty if the document has to be replaced
     */
    default Optional<Document> changes(D before, D after) {
        return Optional.empty();
    }

    /**
     * The event types that tell by themselves which fields they set, whatever the document contains. Their documents
     * needn't be fetched.
     *
     * <p>Only a shape without ignored events MAY have them: the update is conditional on the version that the event
     * before it gave to the document, so each event MUST raise the version.
     */
    default Set<Class<? extends PersonEvent>> selfContainedEvents() {
        return Set.of();
    }

    /**
     * The fields that a self-contained event sets. They MUST equal what {@link #changes(Object, Object)} finds after
     * {@link #evolve}, {@code version} among them.
     */
    default Document changes(Recorded<? extends PersonEvent> recorded) {
        throw new IllegalArgumentException("This shape has no self-contained events");
    }
}
