package org.consentledger.web.reports;

import jakarta.servlet.http.HttpServletResponse;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.consentledger.web.ledger.QueryApi;
import org.consentledger.web.ledger.QueryApi.Parameters;
import org.consentledger.web.ledger.WebSettings;
import org.consentledger.web.session.Download;
import org.consentledger.web.session.Texts.LocalizedTexts;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.server.ResponseStatusException;
import tools.jackson.databind.json.JsonMapper;

/** Shows all counts as charts and tables on one page, and serves each of them as CSV. */
@Controller
@RequestMapping("/reports")
class ReportController {

    private static final JsonMapper JSON = new JsonMapper();
    private static final int SHOWN = 50;
    private static final int LONGEST_PAGE = 200;

    private final QueryApi queries;
    private final WebSettings settings;

    ReportController(QueryApi queries, WebSettings settings) {
        this.queries = queries;
        this.settings = settings;
    }

    @GetMapping
    String show(
            @RequestParam(defaultValue = "12") int months,
            @RequestParam(required = false) @Nullable LocalDate from,
            @RequestParam(required = false) @Nullable LocalDate to,
            @ModelAttribute("say") LocalizedTexts say,
            Model model) {
        var authorizations = counts("people-by-authorization");
        var within = Math.clamp(months, 1, 1_200);
        var optOuts = optOuts(from, to);
        model.addAttribute("authorizations", authorizations);
        model.addAttribute("sources", counts("people-by-source"));
        model.addAttribute("subscriptions", counts("people-by-subscription"));
        model.addAttribute("optOuts", optOuts);
        model.addAttribute("chart", JSON.writeValueAsString(Chart.of(optOuts, say)));
        model.addAttribute("months", within);
        model.addAttribute("old", old(within, null, SHOWN));
        model.addAttribute(
                "without",
                authorizations.counts().stream()
                        .filter(count -> count.type().equals("NONE"))
                        .mapToLong(Count::count)
                        .sum());
        return "reports/all";
    }

    @GetMapping("/{name}.csv")
    void csv(
            @PathVariable String name,
            @RequestParam(defaultValue = "12") int months,
            @RequestParam(required = false) @Nullable LocalDate from,
            @RequestParam(required = false) @Nullable LocalDate to,
            @ModelAttribute("say") LocalizedTexts say,
            HttpServletResponse response)
            throws IOException {
        Rows rows = switch (name) {
            case "people-by-authorization" -> csv -> counts(csv, name, "authorization", say);
            case "people-by-source" -> csv -> counts(csv, name, "source", say);
            case "people-by-subscription" -> csv -> counts(csv, name, "subscription", say);
            case "opt-outs" -> csv -> optOuts(csv, from, to, say);
            case "old-consents" -> csv -> oldConsents(csv, Math.clamp(months, 1, 1_200), say);
            default -> throw new ResponseStatusException(HttpStatus.NOT_FOUND);
        };
        Download.csv(response, name + ".csv", file -> {
            var csv = new Csv(file);
            rows.writeTo(csv);
            csv.flush();
        });
    }

    private void counts(Csv csv, String report, String kind, LocalizedTexts say) throws IOException {
        csv.row("Code", say.text("field." + kind), say.text("reports.count"));
        for (var count : counts(report).counts()) {
            csv.row(count.type(), say.code(kind, count.type()), count.count());
        }
    }

    private void optOuts(Csv csv, @Nullable LocalDate from, @Nullable LocalDate to, LocalizedTexts say)
            throws IOException {
        csv.row(say.text("history.date"), "Code", say.text("field.reason"), say.text("reports.count"));
        for (var day : optOuts(from, to).days()) {
            csv.row(day.date(), day.reason(), reason(day, say), day.count());
        }
    }

    private void oldConsents(Csv csv, int months, LocalizedTexts say) throws IOException {
        csv.row("Person ID", say.text("field.dateOfConsent"));
        String next = null;
        do {
            var page = old(months, next, LONGEST_PAGE);
            for (var person : page.people()) {
                csv.row(person.personId(), person.dateOfConsent());
            }
            next = page.next();
        } while (next != null);
    }

    private Counts counts(String report) {
        return queries.get("/api/reports/" + report, Counts.class);
    }

    private OptOuts optOuts(@Nullable LocalDate from, @Nullable LocalDate to) {
        var last = to == null ? settings.today() : to;
        var first = from == null || from.isAfter(last) ? last.minusDays(29) : from;
        return queries.get(
                "/api/reports/opt-outs", new Parameters().with("from", first).with("to", last), OptOuts.class);
    }

    private OldConsents old(int months, @Nullable String after, int limit) {
        return queries.get(
                "/api/reports/old-consents",
                new Parameters().with("months", months).with("after", after).with("limit", limit),
                OldConsents.class);
    }

    private static String reason(DayCount day, LocalizedTexts say) {
        return day.reason() == null ? say.text("reports.no-reason") : say.code("reason", day.reason());
    }

    record Counts(List<Count> counts, long total) {}

    record Count(String type, long count) {

        public double shareOf(long total) {
            return total == 0 ? 0 : Math.round(1000.0 * count / total) / 10.0;
        }
    }

    record OptOuts(LocalDate from, LocalDate to, List<DayCount> days, long total) {}

    record DayCount(LocalDate date, @Nullable String reason, long count) {}

    /**
     * One page of old consents.
     *
     * @param count the number of lines on all pages; only on the first page
     */
    record OldConsents(
            @Nullable Long count,
            List<OldConsent> people,
            @Nullable String next) {}

    record OldConsent(String personId, LocalDate dateOfConsent) {}

    /** Opt-outs for the chart: the days, and for each reason a number per day. */
    record Chart(List<Long> days, List<Series> series) {

        record Series(String label, List<Long> counts) {}

        static Chart of(OptOuts optOuts, LocalizedTexts say) {
            var days = new TreeMap<LocalDate, Integer>();
            for (var day = optOuts.from(); !day.isAfter(optOuts.to()); day = day.plusDays(1)) {
                days.put(day, days.size());
            }
            Map<String, List<Long>> byReason = new LinkedHashMap<>();
            for (var day : optOuts.days()) {
                var counts = byReason.computeIfAbsent(
                        reason(day, say), label -> new ArrayList<>(java.util.Collections.nCopies(days.size(), 0L)));
                var index = days.get(day.date());
                if (index != null) {
                    counts.set(index, day.count());
                }
            }
            return new Chart(
                    days.keySet().stream().map(day -> day.toEpochDay() * 86_400).toList(),
                    byReason.entrySet().stream()
                            .map(entry -> new Series(entry.getKey(), entry.getValue()))
                            .toList());
        }
    }

    /** Writes the rows of a report. */
    @FunctionalInterface
    private interface Rows {
        void writeTo(Csv csv) throws IOException;
    }

    /** Comma-separated values that spreadsheets open (RFC 4180). No cell of a report can be mistaken for a formula. */
    private static final class Csv {

        private final Writer text;

        Csv(OutputStream file) throws IOException {
            text = new BufferedWriter(new OutputStreamWriter(file, StandardCharsets.UTF_8));
            text.append('\uFEFF');
        }

        void row(@Nullable Object... cells) throws IOException {
            for (var index = 0; index < cells.length; index++) {
                text.append(index == 0 ? "" : ",").append('"');
                text.append(
                        cells[index] == null ? "" : String.valueOf(cells[index]).replace("\"", "\"\""));
                text.append('"');
            }
            text.append("\r\n");
        }

        void flush() throws IOException {
            text.flush();
        }
    }
}
