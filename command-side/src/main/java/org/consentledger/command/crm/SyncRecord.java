package org.consentledger.command.crm;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import org.consentledger.command.crm.SyncDecision.ChangedLast;
import org.consentledger.command.crm.SyncDecision.Reason;
import org.consentledger.kernel.person.PersonId;
import org.jspecify.annotations.Nullable;

/**
 * State of the sync with one Salesforce record: a row of {@code crm_record}. It is mutable, and belongs to the
 * transaction that locked the row.
 */
final class SyncRecord {

    /** Reason why the sync no longer writes to a record. */
    enum Gone {
        DELETED,
        CONVERTED,
        /** The person was erased here. The keyed hash stays, so that the record is not imported as a new person. */
        ERASED
    }

    final String hash;
    final RecordType type;

    @Nullable
    String id;

    @Nullable
    PersonId person;

    @Nullable
    String addressHash;

    /** Value of the opt-out field when the sync last read or wrote it; null if it never did. */
    @Nullable
    Boolean theirs;

    @Nullable
    Instant modstamp;

    /** Value that both sides had after the last sync; null if they were never in sync. */
    @Nullable
    Boolean agreed;

    /** Value that is waiting to be written to Salesforce; null for none. */
    @Nullable
    Boolean push;

    @Nullable
    Reason pushReason;

    int pushTries;

    /** Number of times that Salesforce refused the value with a permanent error. */
    int refusals;

    @Nullable
    Instant pushAfter;

    @Nullable
    Gone gone;

    SyncRecord(String hash, RecordType type) {
        this.hash = hash;
        this.type = type;
    }

    /** Whether the row has the state of the record already: the record was read before, or it reports our own write. */
    boolean matches(SalesforceRecord record) {
        return gone != Gone.ERASED
                && Objects.equals(modstamp, record.modstamp())
                && Objects.equals(theirs, record.optedOut())
                && (gone != null) == record.isGone();
    }

    /**
     * Whether the sync has not read this address of the record before. A record that the sync has written without
     * reading it is an exception: its report of our own write must not count as an opt-out of a new address.
     */
    boolean isNewAddress(@Nullable String address) {
        return addressHash == null ? theirs == null : !addressHash.equals(address);
    }

    /** Updates the row with the state of the record. */
    void update(SalesforceRecord record, @Nullable String address) {
        theirs = record.optedOut();
        modstamp = record.modstamp();
        addressHash = address;
        if (gone != Gone.ERASED) {
            id = record.id();
            gone = record.converted() ? Gone.CONVERTED : record.deleted() ? Gone.DELETED : null;
        }
    }

    /**
     * Assigns the record to a person. If it belonged to another one, the agreed value and the waiting write are
     * dropped.
     */
    void assignTo(PersonId owner, String recordId) {
        if (!owner.equals(person)) {
            person = owner;
            agreed = null;
            cancelPush();
        }
        id = recordId;
        if (gone == Gone.ERASED) {
            gone = null;
        }
    }

    /**
     * Returns the side with the later change. Salesforce stores seconds; within the same second its change counts as
     * later.
     */
    ChangedLast changedLast(SyncedPerson ours) {
        var changedAt = ours.changedAt();
        return modstamp == null || (changedAt != null && modstamp.isBefore(changedAt.truncatedTo(ChronoUnit.SECONDS)))
                ? ChangedLast.OURS
                : ChangedLast.THEIRS;
    }

    void agree(boolean optedOut) {
        agreed = optedOut;
        cancelPush();
    }

    void schedulePush(boolean optedOut, Reason reason) {
        if (!Objects.equals(push, optedOut)) {
            push = optedOut;
            resetRetries();
        }
        pushReason = reason;
    }

    /** Resets the counters of failed tries, because the record or the person has changed since. */
    void resetRetries() {
        pushTries = 0;
        refusals = 0;
        pushAfter = null;
    }

    /**
     * Cancels the waiting write. The id of the record of an erased person was kept only for that write, and is deleted.
     */
    void cancelPush() {
        push = null;
        pushReason = null;
        resetRetries();
        if (gone == Gone.ERASED) {
            id = null;
        }
    }

    /** Returns the id for the journal; null if the person was erased. */
    @Nullable
    String journalId() {
        return gone == Gone.ERASED ? null : id;
    }

    /** Updates the row after Salesforce confirmed a write. */
    void confirmWrite(boolean optedOut) {
        theirs = optedOut;
        agreed = optedOut;
        if (Objects.equals(push, optedOut)) {
            cancelPush();
        }
    }
}
