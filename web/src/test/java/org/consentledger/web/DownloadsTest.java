package org.consentledger.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.consentledger.web.testing.Browser;
import org.consentledger.web.testing.LedgerStandIn;
import org.consentledger.web.testing.LedgerStandIn.Question;
import org.consentledger.web.testing.PagesTest;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** Files that are longer than there is room for, and what becomes of them when the ledger fails midway. */
@PagesTest
class DownloadsTest {

    private static final String OLD_CONSENTS = "/api/reports/old-consents";
    private static final int PAGE = 200;

    @Autowired
    private Browser browser;

    private final UUID job = UUID.randomUUID();

    @Test
    void a_report_has_all_pages() throws IOException {
        LedgerStandIn.answer(OLD_CONSENTS, question -> {
            var first = question.parameter("after").isEmpty();
            question.json(200, page(first ? 0 : PAGE, first ? PAGE : 3, first ? "\"more\"" : "null"));
        });

        var answer = browser.get("/reports/old-consents.csv");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Disposition"))
                .hasValue("attachment; filename=\"old-consents.csv\"");
        assertThat(answer.body().lines())
                .hasSize(1 + PAGE + 3)
                .startsWith("\uFEFF\"Person ID\",\"Date of Consent\"")
                .endsWith("\"%s\",\"2020-01-01\"".formatted(id(PAGE + 2)));
    }

    @Test
    void a_report_that_fails_before_its_start_gives_an_error_page() throws IOException {
        LedgerStandIn.answer(OLD_CONSENTS, question -> question.json(503, "{}"));

        assertSaysSo(browser.get("/reports/old-consents.csv"), 503);
    }

    @Test
    void a_report_that_fails_before_its_first_byte_is_sent_gives_an_error_page() throws IOException {
        LedgerStandIn.answer(OLD_CONSENTS, question -> {
            if (question.parameter("after").isEmpty()) {
                question.json(200, page(0, 1, "\"more\""));
            } else {
                question.json(503, "{}");
            }
        });

        assertSaysSo(browser.get("/reports/old-consents.csv"), 503);
    }

    @Test
    void a_report_that_fails_during_the_download_is_incomplete_for_the_browser() {
        LedgerStandIn.answer(OLD_CONSENTS, question -> {
            var after = question.parameter("after");
            var number = after.isEmpty() ? 0 : Integer.parseInt(after);
            if (number < 10) {
                question.json(200, page(number * PAGE, PAGE, "\"%d\"".formatted(number + 1)));
            } else {
                question.json(500, "{}");
            }
        });

        assertThatExceptionOfType(IOException.class).isThrownBy(() -> browser.get("/reports/old-consents.csv"));
    }

    @Test
    void failures_are_streamed() throws IOException {
        var read = new CountDownLatch(1);
        LedgerStandIn.answer(failures(), question -> {
            begin(question, 0);
            await(read);
            question.exchange().getResponseBody().write("2,,the end\r\n".getBytes(UTF_8));
        });

        var answer = browser.get("/jobs/import/" + job + "/failures", BodyHandlers.ofInputStream());

        assertThat(answer.headers().firstValue("Content-Type")).hasValue("text/csv;charset=UTF-8");
        try (var file = new BufferedReader(new InputStreamReader(answer.body(), UTF_8))) {
            assertThat(file.readLine()).isEqualTo("line,column,reason");
            read.countDown();
            assertThat(file.lines()).endsWith("2,,the end");
        }
    }

    @Test
    void failures_that_break_off_are_incomplete_for_the_browser() {
        LedgerStandIn.answer(failures(), question -> begin(question, 1_000_000));

        assertThatExceptionOfType(IOException.class).isThrownBy(() -> browser.get("/jobs/import/" + job + "/failures"));
    }

    @Test
    void failures_of_an_unknown_job_give_an_error_page() throws IOException {
        LedgerStandIn.answer(failures(), question -> question.json(404, "{}"));

        assertSaysSo(browser.get("/jobs/import/" + job + "/failures"), 404);
    }

    private static void assertSaysSo(HttpResponse<String> answer, int status) {
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/html");
        assertThat(answer.headers().firstValue("Content-Disposition")).isEmpty();
        assertThat(answer.body()).contains("<main").doesNotContain("2020-01-01");
    }

    private String failures() {
        return "/api/imports/" + job + "/failures";
    }

    /**
     * More than the buffers between the ledger and the browser hold back, of a file of such a length if it is known.
     */
    private static void begin(Question question, long length) throws IOException {
        question.exchange().getResponseHeaders().set("Content-Type", "text/csv;charset=UTF-8");
        question.exchange().sendResponseHeaders(200, length);
        var file = question.exchange().getResponseBody();
        file.write("line,column,reason\r\n".getBytes(UTF_8));
        file.write("1,Email,is no address\r\n".repeat(10_000).getBytes(UTF_8));
        file.flush();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await(20, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static UUID id(int number) {
        return new UUID(0, number);
    }

    private static String page(int from, int size, String next) {
        return IntStream.range(from, from + size)
                .mapToObj(number -> "{\"personId\":\"%s\",\"dateOfConsent\":\"2020-01-01\"}".formatted(id(number)))
                .collect(Collectors.joining(",", "{\"people\":[", "],\"next\":" + next + "}"));
    }
}
