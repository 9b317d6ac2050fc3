package org.consentledger.standalone;

import com.mongodb.client.MongoClient;
import org.bson.Document;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.stereotype.Component;

/**
 * Asks the MongoDB-wire server whether it is there. Spring's own question, {@code hello}, is one that it doesn't know.
 */
@Component("mongoHealthIndicator")
final class MongoPing extends AbstractHealthIndicator {

    private final MongoClient mongo;

    MongoPing(MongoClient mongo) {
        super("MongoDB doesn't answer");
        this.mongo = mongo;
    }

    @Override
    protected void doHealthCheck(Health.Builder health) {
        mongo.getDatabase("admin").runCommand(new Document("ping", 1));
        health.up();
    }
}
