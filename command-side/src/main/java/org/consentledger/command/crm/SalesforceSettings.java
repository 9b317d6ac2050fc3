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
 * Settings of the sync with Salesforce. The sync is off without an instance URL.
 *
 * @param instanceUrl URL of the organisation, for example {@code https://example.my.salesforce.com}
 * @param loginUrl URL that issues tokens; the instance URL by default
 * @param clientId the consumer key of the connected app
 * @param clientSecret its consumer secret, for the client credentials flow
 * @param username user that the sync acts as, for the JWT bearer flow
 * @param privateKey key of the app (PKCS#8, PEM) that signs its JWT; if set, the JWT bearer flow is used
 * @param apiVersion version of the REST API
 * @param objects types of records to sync, in the order in which they are read: leads before the contacts they become
 * @param optOutField API name of the opt-out checkbox
 * @param interval time between two scheduled runs
 * @param conflicts additional reaction when only Salesforce lifts an opt-out; the opt-out is written back in any case
 * @param importNew whether a record without a person here becomes a new person
 * @param overlap age up to which changes are read again: a long transaction in Salesforce shows its records late
 * @param timeout longest time for one whole response
 * @param attempts number of tries of one call, with the first
 * @param backOff pause after the first failed try; it doubles with each further one
 * @param limitPause pause after the daily request limit is used up
 * @param pollInterval time between two checks for work, and so the longest delay of an opt-out on its way to Salesforce
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

    /** Additional reaction when only Salesforce lifts an opt-out. */
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

    /** Leaves the secrets out. */
    @Override
    public String toString() {
        return "SalesforceSettings[instanceUrl=%s, apiVersion=%s, objects=%s, optOutField=%s]"
                .formatted(instanceUrl, apiVersion, objects, optOutField);
    }
}
