package org.consentledger.command.crm;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.validation.Validation;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class SalesforceSettingsTest {

    private static SalesforceSettings settings(Map<String, String> some) {
        var values = new HashMap<String, String>();
        some.forEach((name, value) -> values.put("ledger.salesforce." + name, value));
        return new Binder(new MapConfigurationPropertySource(values))
                .bindOrCreate("ledger.salesforce", SalesforceSettings.class);
    }

    private static boolean areValid(SalesforceSettings settings) {
        try (var validation = Validation.buildDefaultValidatorFactory()) {
            return validation.getValidator().validate(settings).isEmpty();
        }
    }

    private static Map<String, String> complete(String name, String value) {
        var values = new HashMap<>(Map.of(
                "instance-url", "https://example.my.salesforce.com/",
                "client-id", "the-app",
                "client-secret", "s3cret"));
        values.put(name, value);
        return values;
    }

    @Test
    void without_settings_the_sync_is_off() {
        assertThat(settings(Map.of()).isOn()).isFalse();
        assertThat(settings(Map.of("instance-url", "")).isOn()).isFalse();
        assertThat(areValid(settings(Map.of()))).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "instance-url, https://example.my.salesforce.com, true",
        "instance-url, http://example.my.salesforce.com, false",
        "instance-url, http://127.0.0.1:8089, true",
        "login-url, http://login.salesforce.com, false",
        "client-secret, '', false",
        "client-id, '', false",
        "private-key, a key without a user, false",
        "opt-out-field, Opt_Out__c, true",
        "opt-out-field, acme__Opt_Out__c, true",
        "opt-out-field, 'Email, Name', false",
        "opt-out-field, Id FROM User, false",
        "opt-out-field, 1st, false",
        "opt-out-field, '', false",
        "api-version, v58.0, true",
        "api-version, ../../x, false",
        "attempts, 0, false"
    })
    void settings_that_can_not_work_or_are_unsafe_are_refused_at_the_start(String name, String value, boolean valid) {
        assertThat(areValid(settings(complete(name, value)))).isEqualTo(valid);
    }

    @Test
    void the_secrets_are_not_in_the_text() {
        var text =
                settings(complete("private-key", "-----BEGIN PRIVATE KEY-----")).toString();

        assertThat(text).doesNotContain("s3cret").doesNotContain("PRIVATE KEY").contains("example.my.salesforce.com");
    }
}
