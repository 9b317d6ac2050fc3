package org.consentledger.command.crm;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import org.consentledger.command.crm.SyncDecision.ChangedLast;
import org.consentledger.command.crm.SyncDecision.Reason;
import org.consentledger.kernel.person.PersonId;
import org.jspecify.annotations.Nullable;

/** What is known of one Salesforce record: a row of {@code crm_record}, which belongs to the transaction at hand. */
final class SyncRecord {

    /** Why a record can't be written to any more, or must not be known. */
    enum Gone {
        DELETED,
        CONVERTED,
        /** Its person was erased here. What is left is the keyed hash, by which it isn't taken for somebody new. */
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

    /** Whether they say "opted out", when we last saw or wrote it; null where we never did. */
    @Nullable
    Boolean theirs;

    @Nullable
    Instant modstamp;

    /** What both sides had at the end of the last sync; null where there has been none. */
    @Nullable
    Boolean agreed;

    /** What is to be written there; null where nothing is. */
    @Nullable
    Boolean push;

    @Nullable
    Reason pushReason;

    int pushTries;

    /** How often Salesforce has said no to the value, other than for a passing reason. */
    int refusals;

    @Nullable
    Instant pushAfter;

    @Nullable
    Gone gone;

    SyncRecord(String hash, RecordType type) {
        this.hash = hash;
        this.type = type;
    }

    /** Whether the record was taken over in this very state: read again, or our own write coming back unchanged. */
    boolean hasSeen(SalesforceRecord record) {
        return gone != Gone.ERASED
                && Objects.equals(modstamp, record.modstamp())
                && Objects.equals(theirs, record.optedOut())
                && (gone != null) == record.isGone();
    }

    /** Whether the record was never seen with that address. What we wrote unseen, coming back, is no such news. */
    boolean wouldMeet(@Nullable String address) {
        return addressHash == null ? theirs == null : !addressHash.equals(address);
    }

    /** Notes what they say. */
    void see(SalesforceRecord record, @Nullable String address) {
        theirs = record.optedOut();
        modstamp = record.modstamp();
        addressHash = address;
        if (gone != Gone.ERASED) {
            id = record.id();
            gone = record.converted() ? Gone.CONVERTED : record.deleted() ? Gone.DELETED : null;
        }
    }

    /** The record is somebody's from now on; what was agreed with somebody else doesn't count. */
    void belongTo(PersonId owner, String recordId) {
        if (!owner.equals(person)) {
            person = owner;
            agreed = null;
            dropPush();
        }
        id = recordId;
        if (gone == Gone.ERASED) {
            gone = null;
        }
    }

    /** Who changed their mind last. Their clock tells seconds; in the same one they count as the later. */
    ChangedLast changedLast(Standing ours) {
        var changedAt = ours.changedAt();
        return modstamp == null || (changedAt != null && modstamp.isBefore(changedAt.truncatedTo(ChronoUnit.SECONDS)))
                ? ChangedLast.OURS
                : ChangedLast.THEIRS;
    }

    void agreeOn(boolean optedOut) {
        agreed = optedOut;
        dropPush();
    }

    void toWrite(boolean optedOut, Reason reason) {
        if (!Objects.equals(push, optedOut)) {
            push = optedOut;
            tryAnew();
        }
        pushReason = reason;
    }

    /** What was refused so far doesn't count, as something has changed since. */
    void tryAnew() {
        pushTries = 0;
        refusals = 0;
        pushAfter = null;
    }

    /** Nothing is to be written there any more; a record of somebody erased was known by its id only for that. */
    void dropPush() {
        push = null;
        pushReason = null;
        tryAnew();
        if (gone == Gone.ERASED) {
            id = null;
        }
    }

    /** The id by which the record may be named where it stays; none where its person was erased. */
    @Nullable
    String lastingId() {
        return gone == Gone.ERASED ? null : id;
    }

    /** Salesforce says that it has written a value. */
    void written(boolean optedOut) {
        theirs = optedOut;
        agreed = optedOut;
        if (Objects.equals(push, optedOut)) {
            dropPush();
        }
    }
}
