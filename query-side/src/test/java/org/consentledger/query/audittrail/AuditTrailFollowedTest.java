package org.consentledger.query.audittrail;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
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
    private static final int WRITERS = 3;

    @Autowired
    private Writer writer;

    @Autowired
    private Api api;

    /** A client that follows the entries of a filter. */
    private final class Follower {

        private final String filter;
        private final List<Long> seen = new ArrayList<>();

        Follower(String filter) {
            this.filter = filter;
        }

        void readOn() {
            boolean more;
            do {
                var last = seen.isEmpty() ? 0 : seen.getLast();
                var page = api.get("otto.auditor", "/api/audit-trail?limit=100&after=" + last + filter)
                        .json();
                page.get("entries")
                        .forEach(entry -> seen.add(entry.get("position").asLong()));
                more = !page.get("next").isNull();
            } while (more);
        }
    }

    @Test
    void a_reader_that_follows_the_trail_gets_all_entries_of_concurrent_writers_whatever_the_filter() throws Exception {
        var all = new Follower("");
        var optOuts = new Follower("&type=Unsubscribed");
        var bulk = new Follower("&via=BULK");
        var followers = List.of(all, optOuts, bulk);
        try (var others = Executors.newVirtualThreadPerTaskExecutor()) {
            var lives = LongStream.range(0, WRITERS)
                    .mapToObj(number -> others.submit(() -> new RandomLedger(writer, SEED + number).play(100)))
                    .toList();
            while (!lives.stream().allMatch(Future::isDone)) {
                followers.forEach(Follower::readOn);
            }
            for (var life : lives) {
                life.get();
            }
        }
        followers.forEach(Follower::readOn);

        assertThat(all.seen).isEqualTo(positions(""));
        assertThat(optOuts.seen).isEqualTo(positions("JOIN event_type ON id = type WHERE name = 'Unsubscribed'"));
        assertThat(bulk.seen).isEqualTo(positions("JOIN provenance ON id = provenance WHERE via = 'BULK'"));
    }

    private List<Long> positions(String filter) {
        return writer.jdbc.queryForList("SELECT position FROM event " + filter + " ORDER BY position", Long.class);
    }
}
