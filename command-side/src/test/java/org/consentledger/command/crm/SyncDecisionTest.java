package org.consentledger.command.crm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.stream.Stream;
import org.consentledger.command.crm.SyncDecision.Action;
import org.consentledger.command.crm.SyncDecision.ChangedLast;
import org.consentledger.command.crm.SyncDecision.Reason;
import org.consentledger.command.crm.SyncDecision.Winner;
import org.consentledger.kernel.person.SubscriptionStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Lists all combinations of the four values on which a decision depends, with the expected decision. */
class SyncDecisionTest {

    static final String TABLE = """
        # ours, theirs, changed last, before | action         , winner , reason
        IN    , IN    , OURS        , NEVER  | NOTHING        , NEITHER, BOTH_SAY_THE_SAME
        IN    , IN    , THEIRS      , NEVER  | NOTHING        , NEITHER, BOTH_SAY_THE_SAME
        IN    , IN    , OURS        , IN     | NOTHING        , NEITHER, BOTH_SAY_THE_SAME
        IN    , IN    , THEIRS      , IN     | NOTHING        , NEITHER, BOTH_SAY_THE_SAME
        IN    , IN    , OURS        , OUT    | NOTHING        , NEITHER, BOTH_SAY_THE_SAME
        IN    , IN    , THEIRS      , OUT    | NOTHING        , NEITHER, BOTH_SAY_THE_SAME
        OUT   , OUT   , OURS        , NEVER  | NOTHING        , NEITHER, BOTH_SAY_THE_SAME
        OUT   , OUT   , THEIRS      , NEVER  | NOTHING        , NEITHER, BOTH_SAY_THE_SAME
        OUT   , OUT   , OURS        , IN     | NOTHING        , NEITHER, BOTH_SAY_THE_SAME
        OUT   , OUT   , THEIRS      , IN     | NOTHING        , NEITHER, BOTH_SAY_THE_SAME
        OUT   , OUT   , OURS        , OUT    | NOTHING        , NEITHER, BOTH_SAY_THE_SAME
        OUT   , OUT   , THEIRS      , OUT    | NOTHING        , NEITHER, BOTH_SAY_THE_SAME

        # Only Salesforce has the opt-out: it wins, unless an approval here lifted it, knowing of it or later than it
        IN    , OUT   , OURS        , NEVER  | OPT_OUT_HERE   , THEIRS , OPT_OUT_FOUND_AT_FIRST_MEETING
        IN    , OUT   , THEIRS      , NEVER  | OPT_OUT_HERE   , THEIRS , OPT_OUT_FOUND_AT_FIRST_MEETING
        IN    , OUT   , OURS        , IN     | OPT_IN_THERE   , OURS   , RESUBSCRIBE_APPROVED_HERE
        IN    , OUT   , THEIRS      , IN     | OPT_OUT_HERE   , THEIRS , OPTED_OUT_THERE
        IN    , OUT   , OURS        , OUT    | OPT_IN_THERE   , OURS   , RESUBSCRIBE_APPROVED_HERE
        IN    , OUT   , THEIRS      , OUT    | OPT_IN_THERE   , OURS   , RESUBSCRIBE_APPROVED_HERE

        # Only the ledger has the opt-out: it wins in every case
        OUT   , IN    , OURS        , NEVER  | OPT_OUT_THERE  , OURS   , OPT_OUT_MISSING_AT_FIRST_MEETING
        OUT   , IN    , THEIRS      , NEVER  | OPT_OUT_THERE  , OURS   , OPT_OUT_MISSING_AT_FIRST_MEETING
        OUT   , IN    , OURS        , IN     | OPT_OUT_THERE  , OURS   , OPTED_OUT_HERE
        OUT   , IN    , THEIRS      , IN     | OPT_OUT_THERE  , OURS   , OPTED_OUT_HERE
        OUT   , IN    , OURS        , OUT    | OPT_OUT_THERE  , OURS   , OPTED_OUT_HERE
        OUT   , IN    , THEIRS      , OUT    | OPT_OUT_THERE  , OURS   , OPT_OUT_LIFTED_THERE_ONLY
        """;

    static Stream<String> lines() {
        return TABLE.lines().filter(line -> !line.isBlank() && !line.startsWith("#"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("lines")
    void the_winner_and_the_reason(String line) {
        var row = Row.of(line);

        var decision = row.decide();

        assertThat(decision)
                .isEqualTo(new SyncDecision(
                        Action.valueOf(row.cell(4)), Winner.valueOf(row.cell(5)), Reason.valueOf(row.cell(6))));
    }

    @Test
    void the_table_has_every_combination_once() {
        var seen = new HashSet<String>();
        lines().map(line -> line.substring(0, line.indexOf('|')).replaceAll("\\s", ""))
                .forEach(combination -> assertThat(seen.add(combination)).isTrue());
        assertThat(seen).hasSize(2 * 2 * 2 * 3);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("lines")
    void no_change_in_salesforce_lifts_an_opt_out_in_the_ledger(String line) {
        var row = Row.of(line);

        if (row.cell(0).equals("OUT")) {
            assertThat(row.decide().action()).isIn(Action.NOTHING, Action.OPT_OUT_THERE);
        }
    }

    private record Row(String... cells) {

        static Row of(String line) {
            return new Row(line.split("\\s*[,|]\\s*"));
        }

        String cell(int number) {
            return cells[number].strip();
        }

        SyncDecision decide() {
            var before = cell(3);
            return SyncDecision.decide(
                    cell(0).equals("OUT") ? SubscriptionStatus.UNSUBSCRIBED : SubscriptionStatus.SUBSCRIBED,
                    cell(1).equals("OUT"),
                    ChangedLast.valueOf(cell(2)),
                    before.equals("NEVER") ? null : (Boolean) before.equals("OUT"));
        }
    }
}
