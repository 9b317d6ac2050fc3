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
 * Computes keyed hashes (HMAC-SHA-256, RFC 2104) by which the ledger finds personal values without storing them
 * readably. Each kind of value has a prefix of its own, so that hashes of different kinds never match.
 */
public final class LookupHash {

    private final SecretKey secret;

    LookupHash(KeySettings settings) {
        secret = new SecretKeySpec(Base64.getDecoder().decode(settings.lookupSecret()), "HmacSHA256");
    }

    /** Returns the hash of an e-mail address. All spellings of an address have the same hash. */
    public AddressHash ofEmail(String email) {
        return new AddressHash(hash("email:", EmailAddress.comparable(email).getBytes(UTF_8)));
    }

    /** Returns the hash of a salesforceId. Its forms with 15 and with 18 characters have the same hash. */
    public String ofSalesforceId(String id) {
        return hash("salesforce:", SalesforceId.comparable(id).getBytes(UTF_8));
    }

    /** Returns the hash of a request, by which a retry of the same request is recognised. */
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
