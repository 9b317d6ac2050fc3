package org.consentledger.query.readmodel;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.consentledger.foundation.http.HttpJson;
import org.consentledger.foundation.http.InvalidRequest;
import org.consentledger.foundation.privacy.AesGcm;
import org.consentledger.foundation.privacy.KeySettings;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;

/**
 * Creates the page cursor with which a client asks for the next page. A cursor contains the values by which the page
 * was sorted, names among them, and it appears in URLs and logs. So it is encrypted, and bound to the query that it
 * continues.
 */
@Component
public class Cursors {

    private final SecretKey key;

    Cursors(KeySettings settings) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(Base64.getDecoder().decode(settings.lookupSecret()), "HmacSHA256"));
            key = new SecretKeySpec(mac.doFinal("cursor:".getBytes(UTF_8)), "AES");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This JVM has no HMAC-SHA-256", e);
        }
    }

    /**
     * Encrypts the sort values of the last line of a page.
     *
     * @param question identifies the query; a cursor is refused under another one
     */
    public String seal(String question, List<String> values) {
        var plain = HttpJson.mapper().writeValueAsBytes(values);
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(AesGcm.encrypt(key, plain, question.getBytes(UTF_8)));
    }

    /**
     * Decrypts a cursor that {@link #seal} made for the same query.
     *
     * @param size the number of values that the query sorts by
     * @throws org.consentledger.foundation.http.HttpProblem with status 400 if the cursor belongs to another query or
     *     was altered
     */
    public List<String> open(String question, String cursor, int size) {
        try {
            var plain = AesGcm.decrypt(key, Base64.getUrlDecoder().decode(cursor), question.getBytes(UTF_8));
            var values = List.of(HttpJson.mapper().readValue(plain, String[].class));
            if (values.size() == size) {
                return values;
            }
        } catch (IllegalArgumentException | AesGcm.TamperedException | JacksonException e) {
            // altered, or not made by this ledger
        }
        throw InvalidRequest.of("after", "must be the next of a page of the same question");
    }
}
