package org.consentledger.kernel.person;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.axonframework.serialization.Revision;
import org.consentledger.kernel.privacy.Personal;
import org.jspecify.annotations.Nullable;

/**
 * What has happened to a person. Stored for ever: add records, never change them. {@link #at} is when it happened in
 * the world; when it was recorded, by whom and by which way is in the metadata.
 */
public sealed interface PersonEvent extends AboutPerson {

    @Override
    PersonId personId();

    Instant at();

    /** The person came into the ledger. In revision 1 each field of the contact data was encrypted by itself. */
    @Revision("2")
    record PersonRegistered(PersonId personId, ContactData contact, Source source, Instant at) implements PersonEvent {}

    /** How the person is called or reached was changed. */
    @Revision("1")
    record ContactDataChanged(PersonId personId, List<FieldChange> changes, Instant at) implements PersonEvent {}

    /**
     * The legal basis was stated.
     *
     * @param previous what it was before; none the first time
     */
    @Revision("1")
    record AuthorizationSet(
            PersonId personId,
            Authorization authorization,
            @Nullable Authorization previous,
            Instant at) implements PersonEvent {}

    /** It was stated anew how the data entered the ledger. */
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

    /** An operator asked that the person be e-mailed again. */
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
     * An e-mail to the person was accepted, to be sent as long as nothing speaks against it.
     *
     * @param to the address
     * @param digest by which a kept copy of the body can be told to be this one; the ledger keeps none
     * @param nonCommercial that it may go to people who have opted out
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
     * An e-mail was not sent, because it must not be.
     *
     * @param subject none where it had been accepted before, and so is recorded already
     * @param digest as {@code subject}
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

    /** A mail server has taken an accepted e-mail. */
    @Revision("1")
    record EmailSent(PersonId personId, UUID emailId, Instant at) implements PersonEvent {}

    /**
     * An accepted e-mail was not sent, or nobody knows whether it was.
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
     * The person's record in Salesforce was found, or became another.
     *
     * @param previous the record that it was before; none the first time
     */
    @Revision("1")
    record SalesforceRecordLinked(
            PersonId personId,
            @Personal String salesforceId,
            @Personal @Nullable String previous,
            Instant at) implements PersonEvent {}

    /**
     * The person's key was destroyed, and with it everything personal in all events.
     *
     * @param reason why; it stays readable, as the fact of an erasure must, so it must not tell whose data it was
     */
    @Revision("1")
    record PersonErased(PersonId personId, String reason, Instant at) implements PersonEvent {}
}
