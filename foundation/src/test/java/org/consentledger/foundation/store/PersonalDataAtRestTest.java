package org.consentledger.foundation.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.consentledger.foundation.store.PostgresForTests.asOwner;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.serialization.SerializationException;
import org.axonframework.serialization.SimpleSerializedObject;
import org.consentledger.foundation.privacy.AesGcm.TamperedException;
import org.consentledger.foundation.privacy.PersonKeys.KeyMissingException;
import org.consentledger.foundation.privacy.PersonKeysForTests;
import org.consentledger.kernel.person.Authorization;
import org.consentledger.kernel.person.ContactData;
import org.consentledger.kernel.person.ContactField;
import org.consentledger.kernel.person.FieldChange;
import org.consentledger.kernel.person.PersonEvent;
import org.consentledger.kernel.person.PersonEvent.AuthorizationSet;
import org.consentledger.kernel.person.PersonEvent.ContactDataChanged;
import org.consentledger.kernel.person.PersonEvent.PersonErased;
import org.consentledger.kernel.person.PersonEvent.PersonRegistered;
import org.consentledger.kernel.person.PersonEvent.SourceSet;
import org.consentledger.kernel.person.PersonId;
import org.consentledger.kernel.person.Source;
import org.consentledger.kernel.person.SourceType;
import org.consentledger.kernel.privacy.Erased;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.jdbc.CannotGetJdbcConnectionException;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

class PersonalDataAtRestTest {

    private static final Instant NOON = Instant.parse("2026-03-02T12:00:00Z");
    private static final ContactData ADA = ContactData.NONE
            .with(ContactField.FIRST_NAME, List.of("Ada"))
            .with(ContactField.EMAILS, List.of("ada@example.org", "ada.nowak@example.org"))
            .with(ContactField.SALESFORCE_ID, List.of("003A000001abcDE"));

    private final TestLedger ledger = new TestLedger();

    @Test
    void personal_data_is_unreadable_in_the_store_and_reads_back_unchanged() {
        var person = known();
        var registered = registered(person);
        ledger.append(0, registered);

        assertThat(storedText())
                .contains("IMPORT")
                .doesNotContain(person.toString(), "Ada", "ada@example.org", "003A000001abcDE");
        assertThat(historyOf(person)).containsExactly(registered);
    }

    @Test
    void after_the_key_is_destroyed_personal_data_reads_as_erased_and_the_rest_as_before() {
        var person = known();
        ledger.append(
                0,
                registered(person),
                new ContactDataChanged(
                        person, List.of(new FieldChange(ContactField.COMPANY, List.of(), List.of("Nowak GmbH"))), NOON),
                new PersonErased(person, "asked for it", NOON));

        ledger.keys.destroy(List.of(person));

        assertThat(historyOf(person))
                .containsExactly(
                        new PersonRegistered(
                                person,
                                ContactData.NONE
                                        .with(ContactField.FIRST_NAME, List.of(Erased.TEXT))
                                        .with(ContactField.EMAILS, Erased.TEXTS)
                                        .with(ContactField.SALESFORCE_ID, List.of(Erased.TEXT)),
                                Source.of(SourceType.IMPORT),
                                NOON),
                        new ContactDataChanged(
                                person, List.of(new FieldChange(ContactField.COMPANY, List.of(), Erased.TEXTS)), NOON),
                        new PersonErased(person, "asked for it", NOON));
    }

    @Test
    void an_erased_event_can_be_stored_again_as_in_a_dead_letter() {
        var person = known();
        ledger.append(0, registered(person));
        ledger.keys.destroy(List.of(person));
        var erased = historyOf(person).getFirst();

        var stored = ledger.serializer.serialize(erased, byte[].class);

        assertThat(ledger.serializer.<byte[], Object>deserialize(stored)).isEqualTo(erased);
    }

    @Test
    void an_empty_text_is_not_an_absent_one() {
        var person = known();
        var empty = new PersonRegistered(
                person, ADA.with(ContactField.COMPANY, List.of("")), Source.of(SourceType.IMPORT), NOON);

        ledger.append(0, empty);

        assertThat(historyOf(person)).containsExactly(empty);
    }

    @Test
    void empty_contact_data_is_not_encrypted() {
        var person = known();
        ledger.keys.destroy(List.of(person));
        var withoutContact = new PersonRegistered(person, ContactData.NONE, Source.of(SourceType.IMPORT), NOON);

        ledger.append(0, withoutContact);

        assertThat(storedText()).contains("\"contact\":{\"fields\":[]}");
        assertThat(historyOf(person)).containsExactly(withoutContact);
    }

    @Test
    void personal_data_of_an_erased_person_can_not_be_stored() {
        var person = known();
        ledger.keys.destroy(List.of(person));

        assertThatThrownBy(() -> ledger.append(0, registered(person))).hasStackTraceContaining("has been erased");
    }

    @Test
    void a_person_without_a_key_is_an_error_instead_of_looking_erased() {
        var person = known();
        ledger.append(0, registered(person));
        ledger.jdbc.update("DELETE FROM keys.person_key");
        ledger.keys.evict(person);

        assertThatThrownBy(() -> historyOf(person)).hasStackTraceContaining(KeyMissingException.class.getSimpleName());
    }

    @Test
    void an_unreachable_key_store_stops_the_reader_instead_of_masking() {
        var person = known();
        var stored = ledger.serializer.serialize(registered(person), byte[].class);
        var nowhere = new PGSimpleDataSource();
        nowhere.setUrl("jdbc:postgresql://127.0.0.1:1/ledger?connectTimeout=1");
        var cutOff = new LedgerSerializer(PersonKeysForTests.over(nowhere, TestLedger.SECRETS));

        assertThatThrownBy(() -> cutOff.<byte[], Object>deserialize(stored))
                .hasStackTraceContaining(CannotGetJdbcConnectionException.class.getSimpleName());
    }

    @Test
    void a_damaged_key_stops_only_the_reading_of_its_person() {
        var damaged = known();
        var sound = known();
        ledger.jdbc.update(
                "UPDATE keys.person_key SET wrapped = wrapped || '\\x00' WHERE person_id = ?", damaged.value());

        ledger.keys.prefetch(List.of(damaged, sound));

        assertThat(ledger.keys.find(sound)).isPresent();
        assertThatThrownBy(() -> ledger.keys.find(damaged)).isInstanceOf(TamperedException.class);
    }

    @Test
    void a_payload_that_was_changed_in_the_database_is_refused_and_named() {
        var person = known();
        ledger.append(0, registered(person));
        asOwner(ledger.jdbc)
                .update("UPDATE event SET payload ="
                        + " convert_to(regexp_replace(convert_from(payload, 'UTF8'), 'p1.....', 'p1.AAAA'), 'UTF8')");

        assertThatThrownBy(() -> historyOf(person))
                .hasMessageContaining(person + ":1")
                .hasStackTraceContaining(TamperedException.class.getSimpleName());
    }

    @Test
    void a_payload_that_is_no_json_is_refused_and_named() {
        var person = known();
        ledger.append(0, registered(person));
        asOwner(ledger.jdbc).update("UPDATE event SET payload = convert_to('{no JSON', 'UTF8')");

        assertThatThrownBy(() -> historyOf(person))
                .isInstanceOf(SerializationException.class)
                .hasMessageContaining(person + ":1");
    }

    @Test
    void a_bulk_event_takes_at_most_250_bytes_with_its_share_of_the_indexes() {
        var people = IntStream.range(0, 20_000)
                .mapToObj(number -> PersonId.random())
                .sorted(Comparator.comparing(PersonId::value)) // the order in which bulk operations take people
                .toList();
        ledger.engine.appendEvents(people.stream()
                .map(person -> TestLedger.message(
                        person,
                        0,
                        new SourceSet(
                                person,
                                Source.of(SourceType.CRM_SYNC),
                                Source.of(SourceType.IMPORT),
                                Instant.parse("2026-03-02T12:00:00.123456Z")),
                        Map.of()))
                .toList());

        assertThat(ledger.jdbc.queryForObject(
                        "SELECT (pg_table_size('event') + pg_indexes_size('event')) / count(*) FROM event", Long.class))
                .isLessThanOrEqualTo(250);
    }

    @Test
    void a_ciphertext_moved_to_another_person_does_not_decrypt() {
        var ada = known();
        var eve = known();
        var stored = ledger.serializer.serialize(registered(ada), byte[].class);
        var moved = new String(stored.getData(), UTF_8).replace(ada.toString(), eve.toString());

        assertTampered(moved, PersonRegistered.class);
    }

    @Test
    void a_ciphertext_moved_to_another_field_does_not_decrypt() {
        var person = known();
        var stored = ledger.serializer.serialize(
                new AuthorizationSet(person, Authorization.other("Ask Ada"), null, NOON), byte[].class);
        var moved = new String(stored.getData(), UTF_8).replace("\"description\"", "\"purposeOfProcessing\"");

        assertTampered(moved, AuthorizationSet.class);
    }

    @Test
    void contact_data_moved_to_another_place_does_not_decrypt() {
        var person = known();
        var stored = ledger.serializer.serialize(registered(person), byte[].class);
        var moved = new String(stored.getData(), UTF_8).replace("\"sealed\"", "\"firstName\"");

        assertTampered(moved, PersonRegistered.class);
    }

    @Test
    void the_store_shows_only_the_names_of_the_present_contact_fields() {
        var person = known();
        ledger.append(0, registered(person));

        assertThat(storedText())
                .contains("\"fields\":[\"firstName\",\"emails\",\"salesforceId\"]")
                .containsOnlyOnce("\"p1.");
    }

    @Test
    void a_key_that_was_never_committed_is_not_used() {
        var person = PersonId.random();
        var transaction = new TransactionTemplate(new JdbcTransactionManager(ledger.dataSource));
        transaction.executeWithoutResult(status -> {
            ledger.keys.create(List.of(person));
            assertThat(ledger.keys.find(person)).isPresent();
            status.setRollbackOnly();
        });
        ledger.keys.create(List.of(person));
        ledger.append(0, registered(person));
        ledger.keys.evict(person);

        assertThat(historyOf(person)).containsExactly(registered(person));
    }

    private void assertTampered(String json, Class<? extends PersonEvent> type) {
        var tampered = new SimpleSerializedObject<>(json.getBytes(UTF_8), byte[].class, type.getSimpleName(), "1");
        assertThatThrownBy(() -> ledger.serializer.<byte[], Object>deserialize(tampered))
                .hasStackTraceContaining(TamperedException.class.getSimpleName());
    }

    private PersonId known() {
        var person = PersonId.random();
        ledger.keys.create(List.of(person));
        return person;
    }

    private static PersonRegistered registered(PersonId person) {
        return new PersonRegistered(person, ADA, Source.of(SourceType.IMPORT), NOON);
    }

    private List<Object> historyOf(PersonId person) {
        return ledger.engine.readEvents(List.of(person.toString())).get(person.toString()).stream()
                .<Object>map(DomainEventMessage::getPayload)
                .toList();
    }

    private String storedText() {
        return String.join(
                "\n", ledger.jdbc.queryForList("SELECT convert_from(payload, 'UTF8') FROM event", String.class));
    }
}
