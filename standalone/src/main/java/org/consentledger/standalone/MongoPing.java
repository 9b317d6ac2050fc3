package org.consentledger.standalone;

import com.mongodb.client.MongoClient;
import org.bson.Document;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.stereotype.Component;

/**
 * Checks the MongoDB-wire server with {@code ping}. The embedded server doesn't know {@code hello}, the command of
 * Spring's own check.
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
