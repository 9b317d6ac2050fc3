package org.consentledger.foundation.privacy;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.consentledger.kernel.person.AddressHash;
import org.consentledger.kernel.person.EmailAddress;
import org.consentledger.kernel.person.SalesforceId;

/**
 * Keyed hashes (HMAC-SHA-256, RFC 2104) by which things are found without being told. Each kind of thing has a prefix
 * of its own, so that no hash of one kind equals one of another.
 */
public final class LookupHash {

    private final SecretKey secret;

    LookupHash(KeySettings settings) {
        secret = new SecretKeySpec(Base64.getDecoder().decode(settings.lookupSecret()), "HmacSHA256");
    }

    /** The hash of an address in whichever spelling. */
    public AddressHash ofEmail(String email) {
        return new AddressHash(hash("email:", EmailAddress.comparable(email).getBytes(UTF_8)));
    }

    /** The hash of a salesforceId, of 15 or 18 characters. */
    public String ofSalesforceId(String id) {
        return hash("salesforce:", SalesforceId.comparable(id).getBytes(UTF_8));
    }

    /** The hash of a request, by which a repeated one is known again. */
    public String ofRequest(byte[] request) {
        return hash("request:", request);
    }

    private String hash(String kind, byte[] value) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(secret);
            mac.update(kind.getBytes(UTF_8));
            return HexFormat.of().formatHex(mac.doFinal(value));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This JVM has no HMAC-SHA-256", e);
        }
    }
}
