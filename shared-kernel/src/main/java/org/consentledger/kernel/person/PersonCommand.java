package org.consentledger.kernel.person;

import java.time.Instant;
import java.util.UUID;
import org.axonframework.modelling.command.TargetAggregateIdentifier;
import org.jspecify.annotations.Nullable;

/**
 * What can be asked about a person. The answer is zero or more {@link PersonEvent}s, or a {@link CommandRejected}.
 * {@link #at} is the time at which it was asked; the rules know no other clock.
 */
public sealed interface PersonCommand {

    @TargetAggregateIdentifier
    PersonId personId();

    Instant at();

    /** Take a person into the ledger. */
    record RegisterPerson(
            PersonId personId,
            ContactData contact,
            Source source,
            @Nullable Authorization authorization,
            Instant at) implements PersonCommand {}

    /** Correct or complete how the person is called and reached. */
    record ChangeContactData(PersonId personId, ContactDataPatch patch, Instant at) implements PersonCommand {}

    /** State the legal basis for processing the person's data. */
    record SetAuthorization(PersonId personId, Authorization authorization, Instant at) implements PersonCommand {}

    /** State how the person's data entered the ledger. */
    record SetSource(PersonId personId, Source source, Instant at) implements PersonCommand {}

    /**
     * The person must not be e-mailed any more.
     *
     * @param address the address by which the person was found, where they were: if the person doesn't have it any
     *     more, somebody else is meant
     */
    record Unsubscribe(
            PersonId personId,
            @Nullable UnsubscribeReason reason,
            @Nullable String comment,
            @Nullable AddressHash address,
            Instant at)
            implements PersonCommand {}

    /** Ask an admin to let the person be e-mailed again, and say on what evidence. */
    record RequestResubscribe(PersonId personId, Evidence evidence, Instant at) implements PersonCommand {}

    /**
     * Let the person be e-mailed again.
     *
     * @param attested that the approver vouches for the new consent
     * @param evidence the approver's own; without it that of the pending request counts
     */
    record ApproveResubscribe(
            PersonId personId,
            boolean attested,
            String reason,
            @Nullable Evidence evidence,
            Instant at) implements PersonCommand {}

    /** Close a request to resubscribe without granting it. */
    record RejectResubscribe(PersonId personId, String reason, Instant at) implements PersonCommand {}

    /**
     * Send the person an e-mail, to their first address.
     *
     * @param emailId a name for it, by which its outcome is told
     * @param nonCommercial that it is not what an opt-out is about (an invoice, a warning): it may go to people who
     *     have opted out, and bears no link to do so
     */
    record SendEmail(PersonId personId, UUID emailId, EmailContent content, boolean nonCommercial, Instant at)
            implements PersonCommand {}

    /** Say what came of an accepted e-mail. Only the first word about it counts. */
    record RecordEmailOutcome(PersonId personId, UUID emailId, EmailOutcome outcome, Instant at)
            implements PersonCommand {}

    /** The person's data is about to be handed out. */
    record RecordExport(PersonId personId, UUID exportId, Instant at) implements PersonCommand {}

    /** The person's record in Salesforce is that one: found by their address, or become another by a conversion. */
    record LinkSalesforceRecord(PersonId personId, String salesforceId, Instant at) implements PersonCommand {}

    /** Make the person's data unreadable for ever (GDPR Art. 17). */
    record ErasePerson(PersonId personId, String reason, Instant at) implements PersonCommand {}
}
