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
 * Uploaded files, in the database so that any process can work on them, in pieces so that none is ever in memory as a
 * whole, and encrypted under the key of their job.
 */
@Component
class Uploads {

    private static final int PIECE = 512 * 1024;

    private final JdbcTemplate jdbc;

    Uploads(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * Keeps a file as it comes in, and finds out how it is encoded.
     *
     * @param digest is shown the whole content
     * @throws UnusableFile if the file is empty or no text
     */
    Encoding keep(UUID job, JobKey key, InputStream content, MessageDigest digest) throws IOException {
        var detector = new EncodingDetector();
        var number = 0;
        for (var piece = content.readNBytes(PIECE); piece.length > 0; piece = content.readNBytes(PIECE)) {
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

    /** Forgets a file of which no job comes. */
    void forget(UUID job) {
        jdbc.update("DELETE FROM job_file_piece WHERE job_id = ?", job);
    }

    /** A kept file from its beginning. */
    InputStream open(UUID job, JobKey key) {
        return new PieceByPiece(job, key);
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

    private final class PieceByPiece extends InputStream {

        private final UUID job;
        private final JobKey key;
        private int number;
        private byte @Nullable [] piece = new byte[0];
        private int position;

        PieceByPiece(UUID job, JobKey key) {
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
