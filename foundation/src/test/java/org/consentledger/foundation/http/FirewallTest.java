package org.consentledger.foundation.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.servlet.http.HttpServletRequest;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.security.web.firewall.RequestRejectedException;

/** The container rejects most of these requests itself. The ledger must also reject them without such a container. */
class FirewallTest {

    @ParameterizedTest
    @ValueSource(strings = {"plain", "", "with a\ttab", "Zo\u00eb", "\ud83d\ude00"})
    void text_in_a_header_goes_through(String value) {
        assertThat(request(value).getHeader("X-Note")).isEqualTo(value);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\u0007bell", "a\nline", "a\u0000nothing", "\u0085", "\u0378"})
    void control_characters_and_unassigned_code_points_are_rejected(String value) {
        assertThatThrownBy(() -> request(value).getHeader("X-Note")).isInstanceOf(RequestRejectedException.class);
    }

    private static HttpServletRequest request(String value) {
        var request = new MockHttpServletRequest("GET", "/api/people");
        request.addHeader("X-Note", value);
        return new SecurityConfiguration().firewall().getFirewalledRequest(request);
    }
}
