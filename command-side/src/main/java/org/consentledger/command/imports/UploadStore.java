package org.consentledger.command.imports;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.UUID;
import org.consentledger.command.imports.EncodingDetector.Encoding;
import org.consentledger.command.jobs.JobKey;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/**
 * Stores uploaded files in PostgreSQL, where every process can read them. A file is stored in pieces of at most 512
 * KiB, so it is never in memory as a whole. Each piece is encrypted under the key of its job.
 */
@Component
class UploadStore {

    private static final int PIECE_BYTES = 512 * 1024;

    private final JdbcTemplate jdbc;

    UploadStore(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * Stores a file while it arrives, and detects its encoding.
     *
     * @param digest is updated with the whole content
     * @throws UnusableFileException if the file is empty or no text
     */
    Encoding store(UUID job, JobKey key, InputStream content, MessageDigest digest) throws IOException {
        var detector = new EncodingDetector();
        var number = 0;
        for (var piece = content.readNBytes(PIECE_BYTES); piece.length > 0; piece = content.readNBytes(PIECE_BYTES)) {
            detector.accept(piece, 0, piece.length);
            digest.update(piece);
            jdbc.update(
                    "INSERT INTO job_file_piece (job_id, piece, content) VALUES (?, ?, ?)",
                    job,
                    number,
                    key.seal(part(number), piece));
            number++;
        }
        return detector.encoding();
    }

    /** Deletes the file of a job that was not started. */
    void delete(UUID job) {
        jdbc.update("DELETE FROM job_file_piece WHERE job_id = ?", job);
    }

    /** Opens a stored file at its beginning. The stream holds one decrypted piece at a time. */
    InputStream open(UUID job, JobKey key) {
        return new UploadInputStream(job, key);
    }

    private Optional<byte[]> piece(UUID job, JobKey key, int number) {
        return jdbc
                .query(
                        "SELECT content FROM job_file_piece WHERE job_id = ? AND piece = ?",
                        (row, index) -> key.open(part(number), row.getBytes(1)),
                        job,
                        number)
                .stream()
                .findFirst();
    }

    private static String part(int number) {
        return "file:" + number;
    }

    private final class UploadInputStream extends InputStream {

        private final UUID job;
        private final JobKey key;
        private int number;
        private byte @Nullable [] piece = new byte[0];
        private int position;

        UploadInputStream(UUID job, JobKey key) {
            this.job = job;
            this.key = key;
        }

        @Override
        public int read() {
            var one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) {
            while (piece != null && position == piece.length) {
                piece = piece(job, key, number++).orElse(null);
                position = 0;
            }
            if (piece == null) {
                return -1;
            }
            var read = Math.min(length, piece.length - position);
            System.arraycopy(piece, position, bytes, offset, read);
            position += read;
            return read;
        }
    }
}
