package org.consentledger.standalone.secrets;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import java.text.ParseException;
import java.util.UUID;

/**
 * The keys of one ledger. They are made on its first start and never again: without them neither the personal data nor
 * the tokens that were handed out can be read.
 *
 * @param encryptionKey wraps each person's own key; base64 of 32 bytes
 * @param lookupSecret keys the hashes by which an address is found; base64 of 32 bytes
 * @param signingKey signs the issuer's tokens; a JSON Web Key with its private half
 * @param postgresPassword what the ledger says to its own PostgreSQL
 * @param webClientSecret what the web pages say to the issuer
 */
public record Keys(
        String encryptionKey, String lookupSecret, String signingKey, String postgresPassword, String webClientSecret) {

    /**
     * Reads the keys of this directory; makes them when it is new.
     *
     * @throws KeysLostException when the directory has facts and no keys
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

    /** The signing key as the issuer uses it. */
    public RSAKey signingJwk() {
        try {
            return RSAKey.parse(signingKey);
        } catch (ParseException e) {
            throw new IllegalStateException("The signing key is no JSON Web Key", e);
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
            throw new IllegalStateException("No signing key could be made", e);
        }
    }

    /** Says nothing, so that no log can. */
    @Override
    public String toString() {
        return "Keys[hidden]";
    }
}
