package org.consentledger.query.audittrail;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import org.consentledger.query.readmodel.Bson;
import org.consentledger.query.readmodel.Rebuilding;
import org.consentledger.query.testing.Api;
import org.consentledger.query.testing.QuerySideTest;
import org.consentledger.query.testing.RandomLedger;
import org.consentledger.query.testing.Writer;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** An auditor's system asks again and again for what came behind the last entry that it has. */
@QuerySideTest
class AuditTrailFollowedTest {

    private static final long SEED = 20_261_126;

    @Autowired
    private Writer writer;

    @Autowired
    private Api api;

    @Autowired
    private Rebuilding rebuilding;

    private final List<Long> seen = new ArrayList<>();

    @Test
    void a_reader_that_follows_the_trail_gets_all_entries_of_concurrent_segments_and_rebuilds() throws Exception {
        try (var others = Executors.newVirtualThreadPerTaskExecutor()) {
            var lives = others.submit(() -> new RandomLedger(writer, SEED).play(400));
            var rebuilds = others.submit(rebuilding::rebuildAll);
            while (!lives.isDone() || !rebuilds.isDone()) {
                readOn();
            }
            lives.get();
            rebuilds.get();
        }
        writer.awaitReadModels();
        readOn();

        assertThat(seen)
                .containsExactlyElementsOf(writer.dump(AuditTrailProjection.NAME).values().stream()
                        .map(entry -> Bson.number(entry, "position"))
                        .sorted()
                        .toList());
    }

    private void readOn() {
        boolean more;
        do {
            var last = seen.isEmpty() ? 0 : seen.getLast();
            var page = api.get("otto.auditor", "/api/audit-trail?limit=100&after=" + last)
                    .json();
            page.get("entries").forEach(entry -> seen.add(entry.get("position").asLong()));
            more = !page.get("next").isNull();
        } while (more);
    }
}
