package org.consentledger.query.testing;

import com.mongodb.client.MongoCollection;
import java.util.List;
import org.bson.Document;
import org.consentledger.kernel.person.PersonEvent;
import org.consentledger.query.readmodel.EventHeader;
import org.consentledger.query.readmodel.ReadModel;
import org.consentledger.query.readmodel.Recorded;

/** Hands facts to a read model as the tail of the ledger does. */
public final class Batches {

    private Batches() {}

    /** A batch from its beginning to its end. */
    public static void take(ReadModel model, MongoCollection<Document> collection, List<Recorded<PersonEvent>> batch) {
        var fold = begin(model, collection, batch);
        batch.forEach(fold::fold);
        fold.write();
    }

    /** A batch of which the model knows what is to come. */
    public static ReadModel.Fold begin(
            ReadModel model, MongoCollection<Document> collection, List<Recorded<PersonEvent>> batch) {
        return model.begin(
                collection,
                batch.stream()
                        .map(fact -> new EventHeader(
                                fact.stream(), fact.sequence(), fact.event().getClass()))
                        .toList());
    }
}
