package org.consentledger.kernel.person;

import java.time.Instant;
import java.time.ZoneId;
import java.util.UUID;
import org.axonframework.modelling.command.TargetAggregateIdentifier;
import org.jspecify.annotations.Nullable;

/**
 * The commands about a person. The person decides zero or more {@link PersonEvent}s, or throws {@link CommandRejected}.
 * {@link #at} is the time of the request and the only clock that the rules read.
 */
public sealed interface PersonCommand extends Command {

    @TargetAggregateIdentifier
    PersonId personId();

    Instant at();

    /** Add a person to the ledger. */
    record RegisterPerson(
            PersonId personId,
            ContactData contact,
            Source source,
            @Nullable Authorization authorization,
            Instant at) implements PersonCommand {}

    /** Correct or complete the person's contact data. */
    record ChangeContactData(PersonId personId, ContactDataPatch patch, Instant at) implements PersonCommand {}

    /** State the legal basis for processing the person's data. */
    record SetAuthorization(PersonId personId, Authorization authorization, Instant at) implements PersonCommand {}

    /** State how the person's data entered the ledger. */
    record SetSource(PersonId personId, Source source, Instant at) implements PersonCommand {}

    /**
     * Forbid e-mails to the person.
     *
     * @param address the address by which the person was found, or null if the caller named the person by id. If the
     *     address has moved to another person meanwhile, the opt-out is meant for that person, and the command is
     *     rejected with {@code ADDRESS_MOVED}
     */
    record Unsubscribe(
            PersonId personId,
            @Nullable UnsubscribeReason reason,
            @Nullable String comment,
            @Nullable AddressHash address,
            Instant at)
            implements PersonCommand {}

    /**
     * Ask an admin to allow e-mails to the person again, on the given evidence.
     *
     * @param zone the zone of the ledger, in which the date of the consent is judged
     */
    record RequestResubscribe(PersonId personId, Evidence evidence, ZoneId zone, Instant at) implements PersonCommand {}

    /**
     * Allow e-mails to the person again.
     *
     * @param attested whether the approver vouches for the new consent
     * @param evidence the approver's own evidence, or null to use that of the pending request
     * @param zone the zone of the ledger, in which the date of the consent is judged
     */
    record ApproveResubscribe(
            PersonId personId,
            boolean attested,
            String reason,
            @Nullable Evidence evidence,
            ZoneId zone,
            Instant at) implements PersonCommand {}

    /** Close a request to resubscribe without granting it. */
    record RejectResubscribe(PersonId personId, String reason, Instant at) implements PersonCommand {}

    /**
     * Send an e-mail to the person's first address.
     *
     * @param emailId the id under which the outcome is recorded
     * @param nonCommercial whether the e-mail is no advertising (an invoice, a warning): it may go to people who have
     *     opted out, and carries no unsubscribe link
     */
    record SendEmail(PersonId personId, UUID emailId, EmailContent content, boolean nonCommercial, Instant at)
            implements PersonCommand {}

    /** Record the outcome of an accepted e-mail. Only the first outcome counts. */
    record RecordEmailOutcome(PersonId personId, UUID emailId, EmailOutcome outcome, Instant at)
            implements PersonCommand {}

    /** Record that the person's data is about to be handed out. */
    record RecordExport(PersonId personId, UUID exportId, Instant at) implements PersonCommand {}

    /**
     * Link the person to a record in Salesforce, which was found by the person's address or replaces an earlier record
     * after a conversion.
     */
    record LinkSalesforceRecord(PersonId personId, String salesforceId, Instant at) implements PersonCommand {}

    /** Make the person's data unreadable for ever (GDPR Art. 17). */
    record ErasePerson(PersonId personId, String reason, Instant at) implements PersonCommand {}
}
