package org.consentledger.standalone.postgres;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

class PostgresProgramsTest {

    @TempDir
    Path parent;

    @Test
    void unpacked_programs_are_used_again() throws IOException {
        var archive = jar("one.jar", packed("version 1"));
        PostgresPrograms.unpackInto(programs(), archive);
        var file = unpacked().getFirst().resolve("bin").resolve("postgres");
        Files.setLastModifiedTime(file, FileTime.fromMillis(0));

        PostgresPrograms.unpackInto(programs(), archive);

        assertThat(unpacked()).hasSize(1);
        assertThat(Files.getLastModifiedTime(file)).isEqualTo(FileTime.fromMillis(0));
    }

    @Test
    void another_archive_of_the_same_size_is_unpacked_beside_the_first() throws IOException {
        PostgresPrograms.unpackInto(programs(), jar("one.jar", packed("version 1")));
        PostgresPrograms.unpackInto(programs(), jar("two.jar", packed("version 2")));

        assertThat(unpacked())
                .extracting(home -> Files.readString(home.resolve("bin").resolve("postgres")))
                .containsExactlyInAnyOrder("version 1", "version 2");
    }

    @Test
    void partly_unpacked_programs_are_not_used() throws IOException {
        var whole = packed("version 1");
        var half = jar("half.jar", Arrays.copyOf(whole, whole.length / 2));

        for (int start = 0; start < 2; start++) {
            assertThatIOException().isThrownBy(() -> PostgresPrograms.unpackInto(programs(), half));
        }
    }

    @Test
    void the_archive_for_this_machine_is_found() throws IOException {
        assertThat(PostgresPrograms.unpackInto(Path.of("target", "postgres-programs"))
                        .majorVersion())
                .isEqualTo("18");
    }

    private Path programs() {
        return parent.resolve("programs");
    }

    private List<Path> unpacked() throws IOException {
        try (var entries = Files.list(programs())) {
            return entries.toList();
        }
    }

    private static byte[] packed(String program) throws IOException {
        var packed = new ByteArrayOutputStream();
        try (var tar = new TarArchiveOutputStream(new XZOutputStream(packed, new LZMA2Options()))) {
            var entry = new TarArchiveEntry("bin/postgres");
            entry.setSize(program.length());
            tar.putArchiveEntry(entry);
            tar.write(program.getBytes(UTF_8));
            tar.closeArchiveEntry();
        }
        return packed.toByteArray();
    }

    private URL jar(String name, byte[] archive) throws IOException {
        var jar = parent.resolve(name);
        try (var entries = new JarOutputStream(Files.newOutputStream(jar))) {
            entries.putNextEntry(new JarEntry("postgres.txz"));
            entries.write(archive);
        }
        return URI.create("jar:" + jar.toUri() + "!/postgres.txz").toURL();
    }
}
