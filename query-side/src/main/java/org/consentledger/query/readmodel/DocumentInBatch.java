package org.consentledger.query.readmodel;

import org.bson.Document;
import org.consentledger.kernel.person.PersonEvent;
import org.jspecify.annotations.Nullable;

/**
 * One person's document in the course of a batch. It never changes: each event makes a new one, so an event that can't
 * be folded leaves nothing behind.
 */
sealed interface DocumentInBatch<D> {

    /** The sequence number of the event that can be folded next. Earlier events are contained already. */
    long next();

    /**
     * This document with the next events folded in.
     *
     * @param events MUST be the events from {@link #next} up to {@code until}, in their order; ignored ones MAY be left
     *     out
     * @param until the sequence number after the last of them
     * @throws RuntimeException if one of them can't be folded
     */
    DocumentInBatch<D> after(Iterable<Recorded<PersonEvent>> events, long until, DocumentShape<D> shape);

    /**
     * A document of which everything is known.
     *
     * @param stored the document as it was fetched; null if there is none
     * @param folded the document with the events folded in; null as long as there is none
     */
    record WholeDocument<D>(@Nullable D stored, @Nullable D folded, long next) implements DocumentInBatch<D> {

        /** A document as it was fetched; null if there is none. */
        static <D> WholeDocument<D> of(@Nullable D stored, DocumentShape<D> shape) {
            return new WholeDocument<>(stored, stored, stored == null ? 0 : shape.version(stored));
        }

        @Override
        public WholeDocument<D> after(Iterable<Recorded<PersonEvent>> events, long until, DocumentShape<D> shape) {
            var document = folded;
            for (var event : events) {
                if (!shape.ignoredEvents().contains(event.event().getClass())) {
                    document = shape.evolve(document, event);
                }
            }
            return new WholeDocument<>(stored, document, until);
        }
    }

    /**
     * A document of which only the version is known, and the fields to set in it.
     *
     * @param version the version of the stored document
     * @param fields the fields that the events set
     */
    record PartialUpdate<D>(long version, long next, Document fields) implements DocumentInBatch<D> {

        static <D> PartialUpdate<D> of(long version) {
            return new PartialUpdate<>(version, version, new Document());
        }

        @Override
        public PartialUpdate<D> after(Iterable<Recorded<PersonEvent>> events, long until, DocumentShape<D> shape) {
            var set = new Document(fields);
            for (var event : events) {
                set.putAll(shape.changes(event));
            }
            return new PartialUpdate<>(version, until, set);
        }
    }
}
