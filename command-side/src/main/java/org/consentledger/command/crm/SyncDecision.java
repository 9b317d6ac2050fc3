package org.consentledger.command.crm;

import static org.consentledger.kernel.person.SubscriptionStatus.UNSUBSCRIBED;

import org.consentledger.kernel.person.SubscriptionStatus;
import org.jspecify.annotations.Nullable;

/**
 * What is to be done about one record whose person may be in two minds: an opt-out on either side wins, and only a
 * resubscribe that was approved here, later than what they say, lifts one there. Nothing that they say ever lifts one
 * here. A pure function of four things, so that all of them can be listed.
 */
record SyncDecision(Action action, Winner winner, Reason reason) {

    /** What is to be done. */
    enum Action {
        NOTHING,
        OPT_OUT_HERE,
        OPT_OUT_THERE,
        OPT_IN_THERE
    }

    /** Whose word counts. */
    enum Winner {
        NEITHER,
        OURS,
        THEIRS
    }

    /** Who changed their mind last, as far as the times tell. */
    enum ChangedLast {
        OURS,
        THEIRS
    }

    /** Why. One constant for each line of the table of decisions; part of the API. */
    enum Reason {
        BOTH_SAY_THE_SAME,
        OPTED_OUT_THERE,
        OPTED_OUT_HERE,
        OPT_OUT_FOUND_AT_FIRST_MEETING,
        OPT_OUT_MISSING_AT_FIRST_MEETING,
        RESUBSCRIBE_APPROVED_HERE,
        OPT_OUT_LIFTED_THERE_ONLY,
        /** The record of nobody here; its address is opted out for whoever will have it. */
        ADDRESS_OPTED_OUT_THERE,
        /** The record is gone, so it can't be written to any more. */
        DELETED_THERE,
        /** The record has become another, which is the person's from now on. */
        BECAME_ANOTHER_RECORD,
        /** The record tells of somebody new. */
        NEW_THERE
    }

    /**
     * Decides.
     *
     * @param ours whether the person may be mailed as far as we know
     * @param theirsOptedOut whether their record says that the person opted out
     * @param changedLast whose state is the younger one; on their side any change of the record counts, as Salesforce
     *     doesn't tell when one field was changed
     * @param previouslyOptedOut what both had at the end of the last sync; null where there has been none
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
            // An approval that knew nothing of their opt-out can't have meant it
            return new SyncDecision(Action.OPT_OUT_HERE, Winner.THEIRS, Reason.OPT_OUT_FOUND_AT_FIRST_MEETING);
        }
        if (!previouslyOptedOut && changedLast == ChangedLast.THEIRS) {
            return new SyncDecision(Action.OPT_OUT_HERE, Winner.THEIRS, Reason.OPTED_OUT_THERE);
        }
        // Both had the opt-out, so it was lifted here, whatever else of the record has been touched since
        return new SyncDecision(Action.OPT_IN_THERE, Winner.OURS, Reason.RESUBSCRIBE_APPROVED_HERE);
    }

    /** Whether they lifted alone what only an admin here may lift; somebody should look at it. */
    boolean isConflict() {
        return reason == Reason.OPT_OUT_LIFTED_THERE_ONLY;
    }
}
