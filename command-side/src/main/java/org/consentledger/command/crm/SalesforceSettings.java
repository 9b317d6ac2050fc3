package org.consentledger.command.crm;

import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.Pattern;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How the ledger reaches Salesforce, and what it does there. Without an instance URL there is no sync.
 *
 * @param instanceUrl the organisation's own address, {@code https://example.my.salesforce.com}
 * @param loginUrl where tokens are asked for; the instance if nothing is said
 * @param clientId the consumer key of the connected app
 * @param clientSecret its consumer secret, for the client credentials flow
 * @param username on whose behalf, for the JWT bearer flow
 * @param privateKey the key (PKCS#8, PEM) that signs for the app in the JWT bearer flow; it is used if it is there
 * @param apiVersion of the REST API
 * @param objects which records are synced, in the order in which they are read: leads before the contacts they become
 * @param optOutField the API name of the checkbox that says "opted out"
 * @param interval how often their changes are fetched
 * @param conflicts what else happens when they alone lift an opt-out; ours is written back in any case
 * @param importNew whether people whom only Salesforce knows are taken into the ledger
 * @param overlap so far back changes are read again, as a long transaction there shows its records late
 * @param timeout how long an answer may take as a whole
 * @param attempts how often one call is tried
 * @param backOff the pause after the first failure; each further one doubles it
 * @param limitPause how long nothing is asked once the day's requests are used up
 * @param pollInterval how soon an opt-out here is on its way there
 */
@Validated
@ConfigurationProperties("ledger.salesforce")
record SalesforceSettings(
        @Nullable String instanceUrl,
        @Nullable String loginUrl,
        @Nullable String clientId,
        @Nullable String clientSecret,
        @Nullable String username,
        @Nullable String privateKey,

        @DefaultValue("v62.0") @Pattern(regexp = "v[0-9]{2,3}\\.0")
        String apiVersion,

        @DefaultValue({"LEAD", "CONTACT"}) @NotEmpty List<RecordType> objects,

        @DefaultValue("HasOptedOutOfEmail")
        @Pattern(
                regexp = "([A-Za-z][A-Za-z0-9]*(_[A-Za-z0-9]+)*__)?[A-Za-z][A-Za-z0-9]*(_[A-Za-z0-9]+)*(__c)?",
                message = "must be the API name of a field")
        String optOutField,

        @DefaultValue("5m") Duration interval,
        @DefaultValue("SHOW") Conflicts conflicts,
        @DefaultValue("true") boolean importNew,
        @DefaultValue("5m") Duration overlap,
        @DefaultValue("30s") Duration timeout,
        @DefaultValue("4") @Min(1) @Max(10) int attempts,
        @DefaultValue("1s") Duration backOff,
        @DefaultValue("15m") Duration limitPause,
        @DefaultValue("500ms") Duration pollInterval) {

    /** What happens when they alone lift an opt-out. */
    enum Conflicts {
        SHOW,
        REQUEST_RESUBSCRIBE
    }

    SalesforceSettings {
        objects = List.copyOf(objects);
    }

    boolean isOn() {
        return instanceUrl != null && !instanceUrl.isBlank();
    }

    boolean usesJwt() {
        return privateKey != null && !privateKey.isBlank();
    }

    URI instance() {
        return URI.create(stripped(instanceUrl));
    }

    URI login() {
        return loginUrl == null || loginUrl.isBlank() ? instance() : URI.create(stripped(loginUrl));
    }

    @AssertTrue(message = "must be https addresses; http is for the loopback interface alone")
    boolean isEncrypted() {
        return !isOn() || (isEncrypted(instance()) && isEncrypted(login()));
    }

    @AssertTrue(message = "need a client-id, and either a client-secret or a username and a private-key")
    boolean isAbleToLogIn() {
        return !isOn() || (isGiven(clientId) && (usesJwt() ? isGiven(username) : isGiven(clientSecret)));
    }

    private static boolean isGiven(@Nullable String text) {
        return text != null && !text.isBlank();
    }

    private static boolean isEncrypted(URI address) {
        return "https".equals(address.getScheme())
                || ("http".equals(address.getScheme())
                        && List.of("127.0.0.1", "localhost").contains(String.valueOf(address.getHost())));
    }

    private static String stripped(@Nullable String url) {
        return url == null ? "" : url.strip().replaceFirst("/+$", "");
    }

    /** Without the secrets. */
    @Override
    public String toString() {
        return "SalesforceSettings[instanceUrl=%s, apiVersion=%s, objects=%s, optOutField=%s]"
                .formatted(instanceUrl, apiVersion, objects, optOutField);
    }
}
