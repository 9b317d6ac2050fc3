package org.consentledger.command.crm;

import static org.consentledger.kernel.person.SubscriptionStatus.UNSUBSCRIBED;

import org.consentledger.kernel.person.SubscriptionStatus;
import org.jspecify.annotations.Nullable;

/**
 * Decision about one record whose opt-out may differ between the ledger and Salesforce.
 *
 * <p>An opt-out on either side wins, with one exception: an approved resubscribe in the ledger lifts an opt-out in
 * Salesforce that is older or that both sides had. No change in Salesforce lifts an opt-out in the ledger. The decision
 * is a pure function of four values, so its test lists all combinations.
 */
record SyncDecision(Action action, Winner winner, Reason reason) {

    /** The change to make; "here" is the ledger, "there" is Salesforce. */
    enum Action {
        NOTHING,
        OPT_OUT_HERE,
        OPT_OUT_THERE,
        OPT_IN_THERE
    }

    /** The side whose value is kept. */
    enum Winner {
        NEITHER,
        OURS,
        THEIRS
    }

    /** The side with the later change, as far as the times show. */
    enum ChangedLast {
        OURS,
        THEIRS
    }

    /** Reason of a decision. The constants are part of the API and of the stored journal. */
    enum Reason {
        BOTH_SAY_THE_SAME,
        OPTED_OUT_THERE,
        OPTED_OUT_HERE,
        OPT_OUT_FOUND_AT_FIRST_MEETING,
        OPT_OUT_MISSING_AT_FIRST_MEETING,
        RESUBSCRIBE_APPROVED_HERE,
        OPT_OUT_LIFTED_THERE_ONLY,
        /** The opt-out of a record without a person here: its address is suppressed for any later person. */
        ADDRESS_OPTED_OUT_THERE,
        /** The record was deleted, so Salesforce refuses writes to it. */
        DELETED_THERE,
        /** The record was converted or merged; its successor now belongs to the person. */
        BECAME_ANOTHER_RECORD,
        /** The record's person is not in the ledger yet. */
        NEW_THERE
    }

    /**
     * Decides about one record.
     *
     * @param ours subscription of the person in the ledger
     * @param theirsOptedOut value of the opt-out field in Salesforce
     * @param changedLast side with the later change. On Salesforce's side every change of the record counts, because
     *     Salesforce has no time for the change of a single field
     * @param previouslyOptedOut value that both sides had after the last sync; null if they were never in sync
     */
    static SyncDecision decide(
            SubscriptionStatus ours,
            boolean theirsOptedOut,
            ChangedLast changedLast,
            @Nullable Boolean previouslyOptedOut) {
        var oursOptedOut = ours == UNSUBSCRIBED;
        if (oursOptedOut == theirsOptedOut) {
            return new SyncDecision(Action.NOTHING, Winner.NEITHER, Reason.BOTH_SAY_THE_SAME);
        }
        return oursOptedOut
                ? onlyOursOptedOut(changedLast, previouslyOptedOut)
                : onlyTheirsOptedOut(changedLast, previouslyOptedOut);
    }

    private static SyncDecision onlyOursOptedOut(ChangedLast changedLast, @Nullable Boolean previouslyOptedOut) {
        Reason reason;
        if (previouslyOptedOut == null) {
            reason = Reason.OPT_OUT_MISSING_AT_FIRST_MEETING;
        } else if (previouslyOptedOut && changedLast == ChangedLast.THEIRS) {
            reason = Reason.OPT_OUT_LIFTED_THERE_ONLY;
        } else {
            reason = Reason.OPTED_OUT_HERE;
        }
        return new SyncDecision(Action.OPT_OUT_THERE, Winner.OURS, reason);
    }

    private static SyncDecision onlyTheirsOptedOut(ChangedLast changedLast, @Nullable Boolean previouslyOptedOut) {
        if (previouslyOptedOut == null) {
            // An approval can't have meant an opt-out that was not known here
            return new SyncDecision(Action.OPT_OUT_HERE, Winner.THEIRS, Reason.OPT_OUT_FOUND_AT_FIRST_MEETING);
        }
        if (!previouslyOptedOut && changedLast == ChangedLast.THEIRS) {
            return new SyncDecision(Action.OPT_OUT_HERE, Winner.THEIRS, Reason.OPTED_OUT_THERE);
        }
        // Both sides had the opt-out, or ours changed later: an approval lifted it here. A later modstamp may be that
        // of any field
        return new SyncDecision(Action.OPT_IN_THERE, Winner.OURS, Reason.RESUBSCRIBE_APPROVED_HERE);
    }

    /** Whether Salesforce lifted an opt-out that only an approval here may lift. An admin should look at it. */
    boolean isConflict() {
        return reason == Reason.OPT_OUT_LIFTED_THERE_ONLY;
    }
}
