package org.consentledger.standalone.secrets;

import static java.nio.file.attribute.PosixFilePermissions.fromString;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.groups.Tuple.tuple;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretsTest {

    @TempDir
    Path parent;

    @Test
    void a_new_directory_is_readable_by_its_owner_only() throws IOException {
        try (var directory = DataDirectory.take(parent.resolve("data"))) {
            Credentials.of(directory);
            Keys.of(directory);

            assertThat(Files.getPosixFilePermissions(directory.path())).isEqualTo(fromString("rwx------"));
            assertThat(Files.getPosixFilePermissions(directory.credentials())).isEqualTo(fromString("rw-------"));
            assertThat(Files.getPosixFilePermissions(directory.keys())).isEqualTo(fromString("rw-------"));
        }
    }

    @Test
    void there_is_one_user_and_one_client_for_each_role() {
        try (var directory = DataDirectory.take(parent)) {
            var credentials = Credentials.of(directory);

            assertThat(credentials.users())
                    .extracting(Credentials.User::username, Credentials.User::roles)
                    .containsExactly(
                            tuple("operator", List.of("operator")),
                            tuple("admin", List.of("admin")),
                            tuple("auditor", List.of("auditor")),
                            tuple("analyst", List.of("analyst")));
            assertThat(credentials.clients())
                    .extracting(Credentials.Client::clientId)
                    .containsExactly("operator", "admin", "auditor", "analyst");
            assertThat(credentials.clients())
                    .extracting(Credentials.Client::clientSecret)
                    .doesNotHaveDuplicates()
                    .allSatisfy(secret -> assertThat(secret).hasSizeGreaterThanOrEqualTo(32));
        }
    }

    @Test
    void keys_have_256_bits() {
        try (var directory = DataDirectory.take(parent)) {
            var keys = Keys.of(directory);

            assertThat(Base64.getDecoder().decode(keys.encryptionKey())).hasSize(32);
            assertThat(Base64.getDecoder().decode(keys.lookupSecret())).hasSize(32);
            assertThat(keys.encryptionKey()).isNotEqualTo(keys.lookupSecret());
        }
    }

    @Test
    void the_link_key_is_generated_once_also_in_an_older_directory() throws IOException {
        LinkKeys keys;
        try (var directory = DataDirectory.take(parent)) {
            Files.createDirectories(directory.postgres());
            Files.writeString(directory.postgres().resolve("PG_VERSION"), "18");
            keys = LinkKeys.of(directory);

            assertThat(keys.keys()).hasSize(1);
            assertThat(Base64.getDecoder().decode(keys.keys().getFirst())).hasSize(32);
            assertThat(Files.getPosixFilePermissions(directory.linkKeys())).isEqualTo(fromString("rw-------"));
            assertThat(keys.toString()).doesNotContain(keys.keys().getFirst());
        }
        try (var again = DataDirectory.take(parent)) {
            assertThat(LinkKeys.of(again)).isEqualTo(keys);
        }
    }

    @Test
    void a_restart_finds_the_same_secrets() {
        Keys keys;
        Credentials credentials;
        try (var directory = DataDirectory.take(parent)) {
            keys = Keys.of(directory);
            credentials = Credentials.of(directory);
        }
        try (var again = DataDirectory.take(parent)) {
            assertThat(Keys.of(again)).isEqualTo(keys);
            assertThat(Credentials.of(again)).isEqualTo(credentials);
        }
    }

    @Test
    void a_file_that_others_can_read_is_restricted_to_its_owner() throws IOException {
        try (var directory = DataDirectory.take(parent)) {
            Keys.of(directory);
            Files.setPosixFilePermissions(directory.keys(), fromString("rw-r--r--"));

            Keys.of(directory);

            assertThat(Files.getPosixFilePermissions(directory.keys())).isEqualTo(fromString("rw-------"));
        }
    }

    @Test
    void lost_keys_of_an_existing_ledger_are_not_generated_again() throws IOException {
        try (var directory = DataDirectory.take(parent)) {
            Files.createDirectories(directory.postgres());
            Files.writeString(directory.postgres().resolve("PG_VERSION"), "18\n");

            assertThatExceptionOfType(KeysLostException.class).isThrownBy(() -> Keys.of(directory));
            assertThat(directory.keys()).doesNotExist();
        }
    }

    @Test
    void an_unreadable_file_is_kept_and_not_quoted() throws IOException {
        try (var directory = DataDirectory.take(parent)) {
            Files.writeString(directory.keys(), "{\"encryptionKey\": \"c2VjcmV0\", oops");

            assertThatExceptionOfType(UnreadableSecretsException.class)
                    .isThrownBy(() -> Keys.of(directory))
                    .withMessageContaining("keys.json")
                    .withMessageNotContaining("c2VjcmV0");
            assertThat(directory.keys()).content().isEqualTo("{\"encryptionKey\": \"c2VjcmV0\", oops");
        }
    }

    @Test
    void secrets_are_not_printed() {
        try (var directory = DataDirectory.take(parent)) {
            var keys = Keys.of(directory);
            var credentials = Credentials.of(directory);

            assertThat(keys.toString()).doesNotContain(keys.encryptionKey(), keys.lookupSecret(), keys.signingKey());
            assertThat(credentials.toString())
                    .doesNotContain(
                            credentials.users().getFirst().password(),
                            credentials.clients().getFirst().clientSecret());
        }
    }

    @Test
    void a_second_process_on_the_directory_is_refused_until_the_first_has_ended() {
        try (var held = DataDirectory.take(parent)) {
            assertThatExceptionOfType(DataDirectoryInUseException.class)
                    .isThrownBy(() -> DataDirectory.take(parent))
                    .withMessageContaining(Long.toString(ProcessHandle.current().pid()));
        }
        DataDirectory.take(parent).close();
    }
}
