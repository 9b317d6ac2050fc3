package org.consentledger.command.mail;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.consentledger.testdata.TestData;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FailureCauseTest {

    static Stream<Arguments> replies() {
        return TestData.LOOK_ALIKES
                .text("mail-reports/replies.txt")
                .lines()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.split(" \\| ", 3))
                .map(cells -> Arguments.of(FailureCause.valueOf(cells[0]), given(cells[1]), given(cells[2])));
    }

    private static String given(String cell) {
        return cell.equals("-") ? null : cell.replace("\\n", "\r\n");
    }

    @ParameterizedTest
    @MethodSource("replies")
    void the_words_of_the_server_outrank_its_codes(FailureCause cause, String status, String reply) {
        assertThat(FailureCause.of(status, reply)).isEqualTo(cause);
    }

    @ParameterizedTest
    @MethodSource("replies")
    void upper_and_lower_case_are_the_same(FailureCause cause, String status, String reply) {
        assertThat(FailureCause.of(status, reply == null ? null : reply.toUpperCase(java.util.Locale.ROOT)))
                .isEqualTo(cause);
    }
}
