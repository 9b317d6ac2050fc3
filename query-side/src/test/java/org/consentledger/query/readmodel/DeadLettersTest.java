package org.consentledger.query.readmodel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.consentledger.foundation.store.PostgresForTests.asOwner;
import static org.consentledger.query.readmodel.RecordedEvents.MONDAY;
import static org.consentledger.query.readmodel.RecordedEvents.NOWAK;

import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.bson.Document;
import org.bson.types.Binary;
import org.consentledger.kernel.person.ContactField;
import org.consentledger.kernel.person.FieldChange;
import org.consentledger.kernel.person.PersonEvent;
import org.consentledger.kernel.person.PersonEvent.ContactDataChanged;
import org.consentledger.kernel.person.PersonEvent.PersonRegistered;
import org.consentledger.kernel.person.PersonId;
import org.consentledger.kernel.person.Source;
import org.consentledger.kernel.person.SourceType;
import org.consentledger.query.testing.QuerySideTest;
import org.consentledger.query.testing.Writer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.data.mongodb.core.MongoTemplate;

/** A damaged event becomes a dead letter. The events of other people are processed. */
@QuerySideTest
class DeadLettersTest {

    @Autowired
    private Writer writer;

    @Autowired
    private ReadModels models;

    @Autowired
    private Rebuilding rebuilding;

    @Autowired
    private MongoTemplate mongo;

    private final PersonId ada = PersonId.random();
    private final PersonId eve = PersonId.random();

    @BeforeEach
    void a_trigger_damages_every_event_that_comes_while_it_is_on() {
        writer.awaitReadModels();
        asOwner(writer.jdbc).execute("""
                CREATE TABLE IF NOT EXISTS damaged (stream uuid, version int, payload bytea);
                CREATE OR REPLACE FUNCTION damage() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                  IF NEW.stream = '%s' AND NEW.version = 2 THEN
                    INSERT INTO damaged VALUES (NEW.stream, NEW.version, NEW.payload);
                    NEW.payload := convert_to('{"changes":17}', 'UTF8');
                  END IF;
                  RETURN NEW;
                END $$;
                CREATE TRIGGER damaging BEFORE INSERT ON event FOR EACH ROW EXECUTE FUNCTION damage();
                """.formatted(ada));
    }

    @AfterEach
    void remove_the_trigger() {
        asOwner(writer.jdbc).execute("DROP TRIGGER damaging ON event; DROP TABLE damaged");
        assertThat(mongo.getCollection("dead_letters").countDocuments()).isZero();
    }

    @Test
    void stop_only_their_person_until_they_are_repaired() {
        writer.record(registered(ada));
        writer.record(retitled(ada, "damaged"));
        writer.record(retitled(ada, "after"));
        writer.record(registered(eve));
        writer.record(retitled(eve, "fine"));
        writer.awaitReadModels();

        assertThat(titleOf(eve)).isEqualTo("fine");
        assertThat(writer.dump("people").get(ada.toString())).containsEntry("version", 1L);
        assertThat(models.deadLettersOf(people()).size()).isEqualTo(2);
        assertThat(storedLetters()).doesNotContain("after", "Nowak").contains(ada.toString());

        models.retryDeadLetters();
        assertThat(models.deadLettersOf(people()).size()).isEqualTo(2);

        repair();
        retryUntilNoneIsLeft();
        assertThat(titleOf(ada)).isEqualTo("after");
        assertThat(writer.dump("people").get(ada.toString())).containsEntry("version", 3L);
    }

    @Test
    void are_also_stored_by_a_rebuild_and_only_once() {
        writer.record(registered(ada));
        writer.record(retitled(ada, "damaged"));
        writer.awaitReadModels();
        rebuilding.rebuildAll();
        assertThat(models.deadLettersOf(people()).size()).isEqualTo(1);

        mongo.getCollection("dead_letters").deleteMany(new Document());
        writer.record(registered(eve));
        rebuilding.rebuildAll();
        assertThat(models.deadLettersOf(people()).size()).isEqualTo(1);
        assertThat(storedLetters()).doesNotContain("Nowak");

        repair();
        retryUntilNoneIsLeft();
        assertThat(titleOf(ada)).isEqualTo("damaged");
    }

    private void retryUntilNoneIsLeft() {
        Awaitility.await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
            models.retryDeadLetters();
            assertThat(mongo.getCollection("dead_letters").countDocuments()).isZero();
        });
    }

    private void repair() {
        asOwner(writer.jdbc)
                .update("UPDATE event SET payload = damaged.payload FROM damaged"
                        + " WHERE event.stream = damaged.stream AND event.version = damaged.version");
        // What was put aside is a copy of the damaged row; it is replaced like the row itself.
        for (var letter : mongo.getCollection("dead_letters").find()) {
            mongo.getCollection("dead_letters").replaceOne(new Document("_id", letter.get("_id")), repaired(letter));
        }
    }

    private Document repaired(Document letter) {
        writer.jdbc.query("SELECT stream || ':' || version, stream, payload FROM damaged", row -> {
            var withoutPerson = new String(row.getBytes(3), UTF_8).substring(1);
            replaceIn(letter, row.getString(1), "{\"personId\":\"" + row.getString(2) + "\"," + withoutPerson);
        });
        return letter;
    }

    private static void replaceIn(Document letter, String eventId, String payload) {
        var message = letter.get("message", Document.class);
        if (message.getString("eventIdentifier").equals(eventId)) {
            message.put("serializedPayload", payload);
        }
    }

    private String storedLetters() {
        var text = new StringBuilder();
        for (var letter : mongo.getCollection("dead_letters").find()) {
            append(text, letter);
        }
        return text.toString();
    }

    private static void append(StringBuilder text, Object value) {
        switch (value) {
            case Document document -> document.values().forEach(inner -> append(text, inner));
            case Binary binary ->
                text.append(new String(binary.getData(), UTF_8)).append('\n');
            case null -> text.append('\n');
            default -> text.append(value).append('\n');
        }
    }

    private String titleOf(PersonId person) {
        return writer.dump("people").get(person.toString()).getString("title");
    }

    private ReadModel people() {
        return models.named("people").orElseThrow();
    }

    private static PersonEvent registered(PersonId person) {
        return new PersonRegistered(person, NOWAK, Source.of(SourceType.IMPORT), MONDAY);
    }

    private static PersonEvent retitled(PersonId person, String title) {
        return new ContactDataChanged(
                person, List.of(new FieldChange(ContactField.TITLE, List.of(), List.of(title))), MONDAY);
    }
}
