package org.consentledger.kernel.person;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.axonframework.serialization.Revision;
import org.consentledger.kernel.privacy.Personal;
import org.jspecify.annotations.Nullable;

/**
 * The events of a person. They are stored for ever: add records to this file, and never change one. {@link #at} is the
 * time at which the event happened in the world. The metadata holds the time of recording, the actor and the channel.
 */
public sealed interface PersonEvent extends AboutPerson {

    @Override
    PersonId personId();

    Instant at();

    /** The person was added to the ledger. In revision 1 each field of the contact data has a ciphertext of its own. */
    @Revision("2")
    record PersonRegistered(PersonId personId, ContactData contact, Source source, Instant at) implements PersonEvent {}

    /** The person's contact data was changed. */
    @Revision("1")
    record ContactDataChanged(PersonId personId, List<FieldChange> changes, Instant at) implements PersonEvent {}

    /**
     * The legal basis was stated.
     *
     * @param previous the authorization before; null the first time
     */
    @Revision("1")
    record AuthorizationSet(
            PersonId personId,
            Authorization authorization,
            @Nullable Authorization previous,
            Instant at) implements PersonEvent {}

    /** The source of the person's data was restated. */
    @Revision("1")
    record SourceSet(PersonId personId, Source source, Source previous, Instant at) implements PersonEvent {}

    /**
     * The person must not be e-mailed any more.
     *
     * @param addresses the addresses that the opt-out covers; they stay suppressed until a resubscribe lifts them
     */
    @Revision("1")
    record Unsubscribed(
            PersonId personId,
            UnsubscribeCause cause,
            @Nullable UnsubscribeReason reason,
            @Personal @Nullable String comment,
            List<AddressHash> addresses,
            Instant at)
            implements PersonEvent {}

    /** An operator asked an admin to allow e-mails to the person again. */
    @Revision("1")
    record ResubscribeRequested(PersonId personId, Evidence evidence, Instant at) implements PersonEvent {}

    /**
     * An admin vouched for a new consent; the person may be e-mailed again.
     *
     * @param addresses the addresses whose suppression is lifted
     */
    @Revision("1")
    record ResubscribeApproved(
            PersonId personId, Evidence evidence, @Personal String reason, List<AddressHash> addresses, Instant at)
            implements PersonEvent {}

    /** The request to resubscribe was closed without granting it. */
    @Revision("1")
    record ResubscribeRejected(PersonId personId, @Personal String reason, Instant at) implements PersonEvent {}

    /**
     * An e-mail to the person was accepted. The outbox sends it unless a rule forbids it by then.
     *
     * @param to the address
     * @param digest the digest of the body ({@link EmailContent#digest}), which proves that a copy kept elsewhere is
     *     this body; the ledger keeps no copy
     * @param nonCommercial whether the e-mail may go to people who have opted out
     */
    @Revision("1")
    record EmailAccepted(
            PersonId personId,
            UUID emailId,
            @Personal String to,
            @Personal String subject,
            @Personal String digest,
            boolean nonCommercial,
            Instant at)
            implements PersonEvent {}

    /**
     * An e-mail was not sent, because a rule forbids it.
     *
     * @param subject the subject, or null if the e-mail was accepted before: then {@link EmailAccepted} holds the
     *     subject
     * @param digest the digest of the body, or null in the same case
     */
    @Revision("1")
    record EmailRefused(
            PersonId personId,
            UUID emailId,
            EmailRefusal reason,
            @Personal @Nullable String subject,
            @Personal @Nullable String digest,
            boolean nonCommercial,
            Instant at)
            implements PersonEvent {}

    /** A mail server accepted the e-mail. */
    @Revision("1")
    record EmailSent(PersonId personId, UUID emailId, Instant at) implements PersonEvent {}

    /**
     * An accepted e-mail was not sent, or it is unknown whether it was sent.
     *
     * @param status the mail server's code, if it gave one
     */
    @Revision("1")
    record EmailFailed(
            PersonId personId,
            UUID emailId,
            EmailFailure reason,
            @Nullable String status,
            Instant at) implements PersonEvent {}

    /** The person's data was handed out. */
    @Revision("1")
    record PersonExported(PersonId personId, UUID exportId, Instant at) implements PersonEvent {}

    /**
     * The person was linked to a record in Salesforce, for the first time or instead of an earlier record.
     *
     * @param previous the earlier record; null the first time
     */
    @Revision("1")
    record SalesforceRecordLinked(
            PersonId personId,
            @Personal String salesforceId,
            @Personal @Nullable String previous,
            Instant at) implements PersonEvent {}

    /**
     * The person's key was destroyed, which makes the personal data in all events unreadable.
     *
     * @param reason the reason of the erasure. It stays readable, because the fact of an erasure must, and so it must
     *     not identify the person
     */
    @Revision("1")
    record PersonErased(PersonId personId, String reason, Instant at) implements PersonEvent {}
}
