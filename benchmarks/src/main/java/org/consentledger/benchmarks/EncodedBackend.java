package org.consentledger.benchmarks;

import de.bwaldvogel.mongo.backend.CollectionOptions;
import de.bwaldvogel.mongo.backend.CursorRegistry;
import de.bwaldvogel.mongo.backend.DocumentWithPosition;
import de.bwaldvogel.mongo.backend.QueryResult;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import de.bwaldvogel.mongo.backend.memory.MemoryCollection;
import de.bwaldvogel.mongo.backend.memory.MemoryDatabase;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.wire.bson.BsonDecoder;
import de.bwaldvogel.mongo.wire.bson.BsonEncoder;
import io.netty.buffer.Unpooled;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Keeps each document in memory as the bytes of the wire protocol. The library's own backend keeps objects: a person
 * with their audit entries takes more than 30 kB of them, too much for a million people. In return, every document that
 * a query inspects must be decoded, so this backend suits work that finds its documents by id.
 */
final class EncodedBackend extends MemoryBackend {

    @Override
    public MemoryDatabase openOrCreateDatabase(String name) {
        return new EncodedDatabase(name, getCursorRegistry());
    }

    private static final class EncodedDatabase extends MemoryDatabase {

        private final CursorRegistry cursors;

        EncodedDatabase(String name, CursorRegistry cursors) {
            super(name, cursors);
            this.cursors = cursors;
        }

        @Override
        protected MemoryCollection openOrCreateCollection(String name, CollectionOptions options) {
            return new EncodedCollection(this, name, options, cursors);
        }
    }

    private static final class EncodedCollection extends MemoryCollection {

        private static final int USUAL_LENGTH = 2_048;

        private final List<byte @Nullable []> encoded = new ArrayList<>();
        private final Queue<Integer> gaps = new ArrayDeque<>();

        EncodedCollection(MemoryDatabase database, String name, CollectionOptions options, CursorRegistry cursors) {
            super(database, name, options, cursors);
        }

        @Override
        protected Integer addDocumentInternal(Document document) {
            var gap = gaps.poll();
            if (gap == null) {
                encoded.add(encode(document));
                return encoded.size() - 1;
            }
            encoded.set(gap, encode(document));
            return gap;
        }

        @Override
        protected void handleUpdate(Integer position, Document before, Document after) {
            encoded.set(position, encode(after));
        }

        @Override
        protected void removeDocument(Integer position) {
            encoded.set(position, null);
            gaps.add(position);
        }

        @Override
        protected @Nullable Document getDocument(Integer position) {
            var bytes = encoded.get(position);
            return bytes == null ? null : BsonDecoder.decodeBson(Unpooled.wrappedBuffer(bytes));
        }

        @Override
        protected @Nullable Integer findDocumentPosition(Document document) {
            return streamAllDocumentsWithPosition()
                    .filter(kept -> kept.getDocument().equals(document))
                    .map(DocumentWithPosition::getPosition)
                    .findFirst()
                    .orElse(null);
        }

        @Override
        protected Stream<DocumentWithPosition<Integer>> streamAllDocumentsWithPosition() {
            return positions().mapToObj(position -> new DocumentWithPosition<>(getDocument(position), position));
        }

        @Override
        protected QueryResult matchDocuments(
                Document query,
                @Nullable Document order,
                int skip,
                int limit,
                int batchSize,
                @Nullable Document projection) {
            var documents = new ArrayList<>(positions().boxed().toList());
            if (isNaturalDescending(order)) {
                Collections.reverse(documents);
            }
            return matchDocumentsFromStream(
                    documents.stream().map(this::getDocument), query, order, skip, limit, batchSize, projection);
        }

        private IntStream positions() {
            return IntStream.range(0, encoded.size()).filter(position -> encoded.get(position) != null);
        }

        @Override
        public synchronized int count() {
            return encoded.size() - gaps.size();
        }

        @Override
        public synchronized boolean isEmpty() {
            return count() == 0;
        }

        /**
         * Turned off, because the library counts the size in an {@code int}, which the documents of a million people
         * exceed.
         */
        @Override
        protected boolean tracksDataSize() {
            return false;
        }

        private static byte[] encode(Document document) {
            var buffer = Unpooled.buffer(USUAL_LENGTH);
            BsonEncoder.encodeDocument(document, buffer);
            var bytes = new byte[buffer.readableBytes()];
            buffer.readBytes(bytes);
            return bytes;
        }
    }
}
