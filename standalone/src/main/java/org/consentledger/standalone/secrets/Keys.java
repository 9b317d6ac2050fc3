package org.consentledger.standalone.secrets;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import java.text.ParseException;
import java.util.UUID;

/**
 * The keys of one ledger. The first start creates them, and they are never replaced: without them neither the personal
 * data nor the issued tokens can be read.
 *
 * @param encryptionKey wraps the key of each person; base64 of 32 bytes
 * @param lookupSecret keys the hashes by which an address is found; base64 of 32 bytes
 * @param signingKey signs the issuer's tokens; a JSON Web Key with its private half
 * @param postgresPassword the superuser's password at the embedded PostgreSQL; those of the ledger's roles are derived
 *     from it
 * @param webClientSecret the secret of the web pages at the issuer
 */
public record Keys(
        String encryptionKey, String lookupSecret, String signingKey, String postgresPassword, String webClientSecret) {

    /**
     * Reads the keys of the directory, or creates them in a new one.
     *
     * @throws KeysLostException when the directory holds events but no keys
     */
    public static Keys of(DataDirectory directory) {
        var file = directory.keys();
        return SecretFile.readOrMake(file, Keys.class, () -> {
            if (directory.holdsFacts()) {
                throw new KeysLostException(file);
            }
            return new Keys(Secrets.key(), Secrets.key(), newSigningKey(), Secrets.password(), Secrets.password());
        });
    }

    /** The signing key in the form that the issuer uses. */
    public RSAKey signingJwk() {
        try {
            return RSAKey.parse(signingKey);
        } catch (ParseException e) {
            throw new IllegalStateException("The signing key is not a JSON Web Key", e);
        }
    }

    private static String newSigningKey() {
        try {
            return new RSAKeyGenerator(2048)
                    .keyID(UUID.randomUUID().toString())
                    .keyUse(KeyUse.SIGNATURE)
                    .generate()
                    .toJSONString();
        } catch (JOSEException e) {
            throw new IllegalStateException("The signing key could not be generated", e);
        }
    }

    /** Hides the keys, so that they never reach a log. */
    @Override
    public String toString() {
        return "Keys[hidden]";
    }
}
