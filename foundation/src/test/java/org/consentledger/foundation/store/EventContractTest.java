package org.consentledger.foundation.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.axonframework.serialization.AnnotationRevisionResolver;
import org.axonframework.serialization.SimpleSerializedObject;
import org.consentledger.foundation.privacy.PersonKeys;
import org.consentledger.kernel.person.AddressEvent;
import org.consentledger.kernel.person.PersonEvent;
import org.consentledger.kernel.person.PersonId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.StringNode;

/**
 * Pins the stored form of every event: type name, revision, JSON, and the encrypted parts. A failure here means that
 * stored events can't be read any more. Don't edit an approved file: add a revision and an upcaster.
 */
class EventContractTest {

    private static final SecretKey KEY = new SecretKeySpec(new byte[32], "AES");

    private final LedgerSerializer store = new LedgerSerializer(new OneKeyForAll());
    private final JsonMapper json = JsonMapper.builder().build();

    static Stream<Object> oneOfEach() {
        return ExampleEvents.events();
    }

    static Stream<Arguments> eachRevisionOfEach() {
        return oneOfEach()
                .flatMap(event -> IntStream.rangeClosed(1, Integer.parseInt(revisionOf(event)))
                        .mapToObj(revision -> Arguments.of(event, revision)));
    }

    @ParameterizedTest
    @MethodSource("oneOfEach")
    void the_stored_form_is_unchanged(Object event) throws IOException {
        var stored = store.serialize(event, byte[].class);
        var candidate = json.createObjectNode()
                .put("type", stored.getType().getName())
                .put("revision", stored.getType().getRevision())
                .set("payload", json.readTree(stored.getData()));

        assertThat(masked(candidate)).isEqualTo(masked(approved(event, revisionOf(event), candidate)));
    }

    @ParameterizedTest
    @MethodSource("eachRevisionOfEach")
    void an_approved_form_reads_back_as_the_same_event(Object event, int revision) throws IOException {
        var approved = approved(event, String.valueOf(revision), null);
        var stored = new SimpleSerializedObject<>(
                approved.get("payload").toString().getBytes(UTF_8),
                byte[].class,
                approved.get("type").asString(),
                approved.get("revision").asString());

        assertThat(store.<byte[], Object>deserialize(stored)).isEqualTo(event);
    }

    @Test
    void every_event_is_pinned() {
        assertThat(oneOfEach().map(Object::getClass))
                .containsExactlyInAnyOrder(Stream.of(
                                PersonEvent.class.getPermittedSubclasses(), AddressEvent.class.getPermittedSubclasses())
                        .flatMap(Stream::of)
                        .toArray(Class[]::new));
    }

    private static String revisionOf(Object event) {
        return new AnnotationRevisionResolver().revisionOf(event.getClass());
    }

    /** Returns the approved form. If there is none, the candidate is written beside the test reports for review. */
    private JsonNode approved(Object event, String revision, JsonNode candidate) throws IOException {
        var name = event.getClass().getSimpleName() + "." + revision + ".json";
        try (InputStream file = EventContractTest.class.getResourceAsStream("/events/" + name)) {
            if (file == null && candidate != null) {
                var proposal = Path.of("target", "proposed-events", name);
                Files.createDirectories(proposal.getParent());
                Files.writeString(
                        proposal, json.writerWithDefaultPrettyPrinter().writeValueAsString(candidate) + "\n");
            }
            assertThat(file).as("approved form of %s", name).isNotNull();
            return json.readTree(file);
        }
    }

    /** Replaces ciphertexts, which differ each time, by a marker: the comparison only checks that there is one. */
    private static JsonNode masked(JsonNode node) {
        if (node.isString() && node.stringValue().startsWith("p1.")) {
            return StringNode.valueOf("<encrypted>");
        }
        var copy = node.deepCopy();
        if (copy.isObject()) {
            for (Map.Entry<String, JsonNode> property : copy.properties()) {
                property.setValue(masked(property.getValue()));
            }
        } else if (copy.isArray()) {
            var array = copy.asArray();
            for (int index = 0; index < array.size(); index++) {
                array.set(index, masked(array.get(index)));
            }
        }
        return copy;
    }

    private static final class OneKeyForAll implements PersonKeys {

        @Override
        public Optional<SecretKey> find(PersonId person) {
            return Optional.of(KEY);
        }

        @Override
        public void create(Collection<PersonId> people) {}

        @Override
        public void prefetch(Collection<PersonId> people) {}

        @Override
        public void destroy(Collection<PersonId> people) {}

        @Override
        public void evict(PersonId person) {}
    }
}
