package org.consentledger.query.readmodel;

import static java.util.stream.Collectors.toUnmodifiableSet;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import org.consentledger.foundation.store.LedgerEngine.EventRange;
import org.consentledger.kernel.person.PersonEvent;

/**
 * The plan of a batch: what MUST be read before its events can be folded into the documents. It is made from the
 * headers of the events, reads nothing itself, and never changes.
 *
 * <p>People whose events in the batch are all ignored are not in the plan. Of the others,
 *
 * <ul>
 *   <li>those whose first event is in the batch have no document yet, so nothing is fetched,
 *   <li>those whose events are all self-contained ({@link DocumentShape#selfContainedEvents}) and follow each other
 *       directly are in {@link #partialUpdates}: only the version of the document is needed,
 *   <li>all others are in {@link #toFetch}.
 * </ul>
 *
 * @param parts the events of each person, by stream
 */
record BatchPlan(Map<String, Part> parts) {

    /**
     * The events of one person in the batch.
     *
     * @param first the sequence number of the first event
     * @param next the sequence number after the last event
     * @param ignored whether all of them are ignored
     * @param selfContained whether all of them are self-contained and follow each other directly
     */
    record Part(long first, long next, boolean ignored, boolean selfContained) {

        private static Part of(EventHeader header, DocumentShape<?> shape) {
            return new Part(
                    header.sequence(),
                    header.sequence() + 1,
                    shape.ignoredEvents().contains(header.kind()),
                    header.sequence() > 0 && shape.selfContainedEvents().contains(header.kind()));
        }

        private Part and(Part later) {
            return new Part(
                    first,
                    later.next,
                    ignored && later.ignored,
                    selfContained && later.selfContained && later.first == next);
        }
    }

    BatchPlan {
        parts = Collections.unmodifiableMap(new LinkedHashMap<>(parts));
    }

    /**
     * Plans a batch.
     *
     * @param ahead the headers of its events; MUST be in the order of the ledger, and MAY hold events that are not
     *     about people, which are left out
     */
    static BatchPlan of(Collection<EventHeader> ahead, DocumentShape<?> shape) {
        var parts = new LinkedHashMap<String, Part>();
        for (var header : ahead) {
            if (PersonEvent.class.isAssignableFrom(header.kind())) {
                parts.merge(header.stream(), Part.of(header, shape), Part::and);
            }
        }
        parts.values().removeIf(Part::ignored);
        return new BatchPlan(parts);
    }

    /**
     * The people whose documents need not be fetched. The caller MUST check that a document has the version
     * {@link Part#first} ({@link #checkedAgainst}).
     */
    Set<String> partialUpdates() {
        return streams(Part::selfContained);
    }

    /** The people whose documents are fetched as a whole. */
    Set<String> toFetch() {
        return streams(part -> !part.selfContained && part.first > 0);
    }

    private Set<String> streams(Predicate<Part> wanted) {
        return parts.entrySet().stream()
                .filter(entry -> wanted.test(entry.getValue()))
                .map(Map.Entry::getKey)
                .collect(toUnmodifiableSet());
    }

    /**
     * The same plan, with partial updates only where the version fits; the other documents are fetched. A document has
     * another version if it has seen an event already, if it lacks one, or if it is gone.
     *
     * @param versions the versions of the stored documents of {@link #partialUpdates}
     */
    BatchPlan checkedAgainst(Map<String, Long> versions) {
        var checked = new LinkedHashMap<>(parts);
        checked.replaceAll((stream, part) -> new Part(
                part.first,
                part.next,
                part.ignored,
                part.selfContained && part.first == versions.getOrDefault(stream, 0L)));
        return new BatchPlan(checked);
    }

    /**
     * The ranges of the ledger between the documents and the first events of the batch, of the people without a partial
     * update.
     *
     * @param versionOf the version of a person's document, 0 without one
     */
    List<EventRange> gaps(ToLongFunction<String> versionOf) {
        return parts.entrySet().stream()
                .filter(entry -> !entry.getValue().selfContained)
                .map(entry ->
                        new EventRange(entry.getKey(), versionOf.applyAsLong(entry.getKey()), entry.getValue().first))
                .filter(gap -> gap.from() < gap.to())
                .toList();
    }
}
