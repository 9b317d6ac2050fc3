package org.consentledger.command.jobs;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.UUID;
import java.util.stream.Stream;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.consentledger.foundation.privacy.AesGcm;
import org.consentledger.foundation.privacy.AesGcm.TamperedException;
import org.consentledger.foundation.privacy.KeySettings;
import org.jspecify.annotations.Nullable;

/**
 * Encrypts a job's request and file. The key is random and used for this job only, is stored wrapped by the ledger's
 * key-encryption key, and is deleted when the job ends. Remains of the file in free pages and backups can't be read
 * then.
 */
public final class JobKey {

    private static final SecureRandom RANDOM = new SecureRandom();

    private final UUID job;
    private final SecretKey key;
    private final byte[] wrapped;

    private JobKey(UUID job, byte[] key, byte[] wrapped) {
        this.job = job;
        this.key = new SecretKeySpec(key, "AES");
        this.wrapped = wrapped;
    }

    /** Creates the key of a new job. */
    public static JobKey random(UUID job, KeySettings settings) {
        var key = new byte[32];
        RANDOM.nextBytes(key);
        return new JobKey(job, key, AesGcm.encrypt(secret(settings.encryptionKey()), key, associatedData(job, "key")));
    }

    /** Unwraps the stored key of a job, which may be wrapped by an earlier key-encryption key. */
    static JobKey unwrap(UUID job, byte[] wrapped, KeySettings settings) {
        @Nullable TamperedException last = null;
        for (var candidate : Stream.concat(
                        Stream.of(settings.encryptionKey()), settings.previousEncryptionKeys().stream())
                .toList()) {
            try {
                return new JobKey(job, AesGcm.decrypt(secret(candidate), wrapped, associatedData(job, "key")), wrapped);
            } catch (TamperedException another) {
                last = another;
            }
        }
        throw new IllegalStateException("None of the configured key-encryption keys unwraps the job's key", last);
    }

    byte[] wrapped() {
        return wrapped;
    }

    /** Encrypts a part of the job. It can be decrypted only as the same part of the same job. */
    public byte[] seal(String part, byte[] content) {
        return AesGcm.encrypt(key, content, associatedData(job, part));
    }

    /** Decrypts a part that {@link #seal} has encrypted. */
    public byte[] open(String part, byte[] sealed) {
        return AesGcm.decrypt(key, sealed, associatedData(job, part));
    }

    private static SecretKey secret(String base64) {
        return new SecretKeySpec(Base64.getDecoder().decode(base64), "AES");
    }

    private static byte[] associatedData(UUID job, String part) {
        return ("job:" + job + ':' + part).getBytes(UTF_8);
    }
}
