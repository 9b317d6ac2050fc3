package org.consentledger.benchmarks;

import java.net.URI;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Measures the queries that PostgreSQL answers: contactability and the audit trail. */
final class LedgerQueries {

    private static final Duration MEASURED = Duration.ofSeconds(5);
    private static final int MANY = 1_000;

    /** Filters that many events match, few, or none; far from the cursor too. */
    private static final List<String> FILTERS = List.of(
            "",
            "&type=PersonRegistered",
            "&type=SourceSet",
            "&type=PersonErased",
            "&via=IMPORT",
            "&via=LINK",
            "&actor=nobody",
            "&to=2026-01-01T00:00:00Z");

    private final int people;
    private final LedgerUnderTest ledger;
    private final Jobs jobs;
    private final Scale.Report report;

    LedgerQueries(int people, LedgerUnderTest ledger, Jobs jobs, Scale.Report report) {
        this.people = people;
        this.ledger = ledger;
        this.jobs = jobs;
        this.report = report;
    }

    void run() throws Exception {
        contactability(1, 5);
        contactability(MANY, 100);
        auditPage();
    }

    /** Asks for other addresses each time. The baseline looks up as many owners by the primary key. */
    private void contactability(int addresses, int targetMillis) throws Exception {
        var operator = jobs.bearer("operator");
        var uri = URI.create(ledger.base + "/api/contactability");
        Load.Operation asking = (caller, call) -> Http.send(
                uri,
                "POST",
                operator,
                "application/json",
                IntStream.range(0, addresses)
                        .mapToObj(number -> "\"p" + (call * 7919L + number * 613L) % people + "@example.org\"")
                        .collect(Collectors.joining(",", "{\"emails\":[", "]}")));
        Load.run(1, MEASURED, asking);
        var ours = Load.run(1, MEASURED, asking);
        try (var connection = ledger.connect();
                var lookUp = connection.prepareStatement("SELECT person_id FROM unnest(?::text[]) AS wanted (hash)"
                        + " JOIN person_identity ON key_hash = hash")) {
            lookUp.setArray(1, connection.createArrayOf("text", hashes(addresses)));
            Load.Operation raw = (caller, call) -> lookUp.executeQuery().close();
            Load.run(1, MEASURED, raw);
            report(
                    "contactability-" + addresses,
                    ours,
                    Load.run(1, MEASURED, raw).perSecond(),
                    "target-p99=%dms".formatted(targetMillis));
        }
    }

    private Object[] hashes(int count) throws SQLException {
        try (var connection = ledger.connect();
                var statement = connection.createStatement();
                var rows = statement.executeQuery(
                        "SELECT array_agg(key_hash) FROM (SELECT key_hash FROM person_identity LIMIT " + count + ")")) {
            rows.next();
            return (Object[]) rows.getArray(1).getArray();
        }
    }

    /** Requests the newest page with each filter in turn. The baseline reads as many events without a filter. */
    private void auditPage() throws Exception {
        var auditor = jobs.bearer("auditor");
        Load.Operation page = (caller, call) -> Http.send(
                URI.create(ledger.base + "/api/audit-trail?sort=-position" + FILTERS.get(call % FILTERS.size())),
                "GET",
                auditor,
                "",
                null);
        Load.run(1, MEASURED, page);
        var ours = Load.run(1, MEASURED, page);
        try (var connection = ledger.connect();
                var newest = connection.prepareStatement("SELECT * FROM event JOIN provenance ON id = provenance"
                        + " ORDER BY position DESC LIMIT 51")) {
            Load.Operation raw = (caller, call) -> newest.executeQuery().close();
            Load.run(1, MEASURED, raw);
            report("audit-page", ours, Load.run(1, MEASURED, raw).perSecond(), "target-p95=100ms");
        }
    }

    private void report(String name, Load.Result ours, double baseline, String target) {
        report.line(
                name,
                ours.perSecond(),
                baseline,
                0,
                String.format(Locale.ROOT, "people=%d p99=%.1fms %s", people, ours.p99Millis(), target));
    }
}
