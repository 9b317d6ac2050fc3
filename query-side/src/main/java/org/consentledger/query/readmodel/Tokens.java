package org.consentledger.query.readmodel;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.Filters;
import java.util.HashMap;
import java.util.Map;
import org.axonframework.eventhandling.TrackingToken;
import org.axonframework.serialization.Serializer;
import org.axonframework.serialization.SimpleSerializedObject;
import org.bson.Document;
import org.consentledger.foundation.store.LedgerEngine;

/** Reads the tracking tokens of all instances. Axon itself shows only the tokens that this instance has claimed. */
final class Tokens {

    static final String COLLECTION = "tokens";

    private final MongoCollection<Document> tokens;
    private final Serializer serializer;

    Tokens(MongoCollection<Document> tokens, Serializer serializer) {
        this.tokens = tokens;
        this.serializer = serializer;
    }

    /** The position up to which each segment of a model has certainly read, by the number of the segment. */
    Map<Integer, Long> positionsOf(String model) {
        var positions = new HashMap<Integer, Long>();
        for (var entry : tokens.find(Filters.eq("processorName", model))) {
            positions.put(entry.getInteger("segment"), position(entry));
        }
        return positions;
    }

    private long position(Document entry) {
        var text = entry.getString("token");
        if (text == null) {
            return 0;
        }
        TrackingToken token = serializer.deserialize(
                new SimpleSerializedObject<>(text, String.class, entry.getString("tokenType"), null));
        return LedgerEngine.positionOf(token);
    }
}
