package org.consentledger.query.readmodel;

import com.mongodb.client.MongoDatabase;
import java.time.Duration;
import org.axonframework.common.transaction.NoTransactionManager;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.eventhandling.tokenstore.TokenStore;
import org.axonframework.extensions.mongo.DefaultMongoTemplate;
import org.axonframework.extensions.mongo.MongoTemplate;
import org.axonframework.extensions.mongo.eventhandling.deadletter.MongoSequencedDeadLetterQueue;
import org.axonframework.extensions.mongo.eventsourcing.tokenstore.MongoTokenStore;
import org.axonframework.messaging.deadletter.SequencedDeadLetterQueue;
import org.axonframework.serialization.Serializer;

/**
 * Builds the token store and the dead-letter queues that Axon keeps in MongoDB. Building either of them also creates
 * its indexes if they are missing.
 */
final class AxonMongoStores {

    private final MongoTemplate template;
    private final Serializer serializer;

    AxonMongoStores(MongoDatabase database, Serializer serializer) {
        this.template = DefaultMongoTemplate.builder()
                .trackingTokensCollectionName(Tokens.COLLECTION)
                .deadLetterCollectionName("dead_letters")
                .mongoDatabase(database)
                .build();
        this.serializer = serializer;
    }

    TokenStore tokenStore() {
        return MongoTokenStore.builder()
                .mongoTemplate(template)
                .serializer(serializer)
                .contentType(String.class)
                .claimTimeout(Duration.ofSeconds(10))
                .build();
    }

    SequencedDeadLetterQueue<EventMessage<?>> deadLetterQueue(String group) {
        return MongoSequencedDeadLetterQueue.<EventMessage<?>>builder()
                .processingGroup(group)
                .mongoTemplate(template)
                .serializer(serializer)
                .transactionManager(NoTransactionManager.instance())
                .build();
    }
}
