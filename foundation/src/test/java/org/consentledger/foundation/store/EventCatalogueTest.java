package org.consentledger.foundation.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.axonframework.serialization.Revision;
import org.consentledger.kernel.person.AddressEvent;
import org.consentledger.kernel.person.PersonEvent;
import org.consentledger.kernel.privacy.Personal;
import org.junit.jupiter.api.Test;

/** Generates {@code docs/events.md} from the sealed interfaces, and fails if the committed file differs. */
class EventCatalogueTest {

    private static final Path CATALOGUE = Path.of("..", "docs", "events.md");
    private static final Path PROPOSAL = Path.of("target", "events.md");

    @Test
    void the_catalogue_is_up_to_date() throws IOException {
        var current = catalogue();
        Files.createDirectories(PROPOSAL.getParent());
        Files.writeString(PROPOSAL, current);

        assertThat(Files.exists(CATALOGUE) ? Files.readString(CATALOGUE) : "")
                .as("docs/events.md is stale: copy foundation/target/events.md over it")
                .isEqualTo(current);
    }

    private static String catalogue() {
        var text = new StringBuilder("""
                # Events

                The ledger records these events. A test generates this page from the code, and fails when the page is stale.
                The names are permanent, and so is the JSON of each revision. A **personal** component is encrypted under the
                person's own key, and reads as `[erased]` after that key has been destroyed.

                The metadata of each event holds the actor (`actorId`, `actorName`, `actorRoles`), the way the command came in
                (`via`), the request (`correlationId`), the causing command (`causationId`), and the import or bulk operation
                (`jobId`) if it is a part of one.

                """);
        var parts = new LinkedHashSet<Class<?>>();
        section(text, "About a person", "stream `Person`, identified by the person's id", PersonEvent.class, parts);
        section(
                text,
                "About an address without a person",
                "stream `Address`, identified by the address's keyed hash",
                AddressEvent.class,
                parts);
        text.append("## Component types\n\n");
        for (var part : List.copyOf(parts)) {
            text.append("* `%s`: %s\n".formatted(part.getSimpleName(), componentsOf(part, parts)));
        }
        return text.toString();
    }

    private static void section(StringBuilder text, String title, String stream, Class<?> events, Set<Class<?>> parts) {
        text.append("## %s\n\n%s\n\n| Event | Revision | Components |\n|---|---|---|\n"
                .formatted(title, Character.toUpperCase(stream.charAt(0)) + stream.substring(1) + "."));
        for (var event : events.getPermittedSubclasses()) {
            text.append("| `%s` | %s | %s |\n"
                    .formatted(
                            event.getSimpleName(),
                            event.getAnnotation(Revision.class).value(),
                            componentsOf(event, parts)));
        }
        text.append('\n');
    }

    private static String componentsOf(Class<?> type, Set<Class<?>> parts) {
        if (type.isEnum()) {
            return Arrays.stream(type.getEnumConstants())
                    .map(constant -> ((Enum<?>) constant).name())
                    .collect(Collectors.joining(", "));
        }
        return Stream.of(type.getRecordComponents())
                .map(component -> componentOf(component, parts))
                .collect(Collectors.joining(", "));
    }

    private static String componentOf(RecordComponent component, Set<Class<?>> parts) {
        var type = component.getGenericType();
        note(type, parts);
        return "`%s` %s%s"
                .formatted(
                        component.getName(),
                        nameOf(type),
                        component.isAnnotationPresent(Personal.class) ? " **personal**" : "");
    }

    private static String nameOf(Type type) {
        return type instanceof ParameterizedType list
                ? "list of " + nameOf(list.getActualTypeArguments()[0])
                : ((Class<?>) type).getSimpleName();
    }

    /** Whether a type is explained below the tables: our own types, except single values such as ids. */
    private static void note(Type type, Set<Class<?>> parts) {
        if (type instanceof ParameterizedType list) {
            note(list.getActualTypeArguments()[0], parts);
        } else if (type instanceof Class<?> plain
                && plain.getPackageName().startsWith("org.consentledger")
                && (plain.isEnum() || plain.getRecordComponents().length > 1)
                && parts.add(plain)
                && plain.isRecord()) {
            Stream.of(plain.getRecordComponents()).forEach(component -> note(component.getGenericType(), parts));
        }
    }
}
