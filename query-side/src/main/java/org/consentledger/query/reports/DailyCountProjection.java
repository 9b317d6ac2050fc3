package org.consentledger.query.reports;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.Indexes;
import com.mongodb.client.model.InsertOneModel;
import java.time.Clock;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.bson.Document;
import org.consentledger.query.readmodel.Bson;
import org.consentledger.query.readmodel.EventHeader;
import org.consentledger.query.readmodel.ReadModel;
import org.consentledger.query.readmodel.Recorded;
import org.springframework.stereotype.Component;

/** The read model {@code report_daily}: the counted events by day, without personal data. */
@Component
class DailyCountProjection implements ReadModel {

    static final String NAME = "report_daily";

    private final ZoneId zone;

    DailyCountProjection(Clock clock) {
        zone = clock.getZone();
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public boolean handles(Class<?> kind) {
        return CountedEvent.KINDS.contains(kind);
    }

    @Override
    public void createIndexes(MongoCollection<Document> collection) {
        collection.createIndex(Indexes.ascending("kind", "day"));
    }

    @Override
    public Fold begin(MongoCollection<Document> collection, Collection<EventHeader> ahead) {
        return new Insertion(collection);
    }

    private final class Insertion implements Fold {

        private final MongoCollection<Document> collection;
        private final List<InsertOneModel<Document>> inserts = new ArrayList<>();

        Insertion(MongoCollection<Document> collection) {
            this.collection = collection;
        }

        @Override
        public void fold(Recorded<?> recorded) {
            var counted = CountedEvent.of(recorded, zone);
            if (counted != null) {
                inserts.add(new InsertOneModel<>(counted.toBson()));
            }
        }

        @Override
        public void write() {
            Bson.write(collection, inserts);
        }
    }
}
