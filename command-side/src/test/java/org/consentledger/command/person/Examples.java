package org.consentledger.command.person;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.consentledger.command.registers.IdentityLookup;
import org.consentledger.kernel.person.AddressHash;
import org.consentledger.kernel.person.Authorization;
import org.consentledger.kernel.person.AuthorizationType;
import org.consentledger.kernel.person.ContactData;
import org.consentledger.kernel.person.ContactDataPatch;
import org.consentledger.kernel.person.ContactField;
import org.consentledger.kernel.person.EmailAddress;
import org.consentledger.kernel.person.EmailContent;
import org.consentledger.kernel.person.EmailOutcome;
import org.consentledger.kernel.person.EmailRefusal;
import org.consentledger.kernel.person.Evidence;
import org.consentledger.kernel.person.FieldChange;
import org.consentledger.kernel.person.PersonCommand.ApproveResubscribe;
import org.consentledger.kernel.person.PersonCommand.ChangeContactData;
import org.consentledger.kernel.person.PersonCommand.ErasePerson;
import org.consentledger.kernel.person.PersonCommand.LinkSalesforceRecord;
import org.consentledger.kernel.person.PersonCommand.RecordEmailOutcome;
import org.consentledger.kernel.person.PersonCommand.RegisterPerson;
import org.consentledger.kernel.person.PersonCommand.RejectResubscribe;
import org.consentledger.kernel.person.PersonCommand.RequestResubscribe;
import org.consentledger.kernel.person.PersonCommand.SendEmail;
import org.consentledger.kernel.person.PersonCommand.SetAuthorization;
import org.consentledger.kernel.person.PersonCommand.SetSource;
import org.consentledger.kernel.person.PersonCommand.Unsubscribe;
import org.consentledger.kernel.person.PersonEvent;
import org.consentledger.kernel.person.PersonEvent.AuthorizationSet;
import org.consentledger.kernel.person.PersonEvent.ContactDataChanged;
import org.consentledger.kernel.person.PersonEvent.EmailAccepted;
import org.consentledger.kernel.person.PersonEvent.EmailRefused;
import org.consentledger.kernel.person.PersonEvent.PersonErased;
import org.consentledger.kernel.person.PersonEvent.PersonRegistered;
import org.consentledger.kernel.person.PersonEvent.ResubscribeApproved;
import org.consentledger.kernel.person.PersonEvent.ResubscribeRejected;
import org.consentledger.kernel.person.PersonEvent.ResubscribeRequested;
import org.consentledger.kernel.person.PersonEvent.SalesforceRecordLinked;
import org.consentledger.kernel.person.PersonEvent.SourceSet;
import org.consentledger.kernel.person.PersonEvent.Unsubscribed;
import org.consentledger.kernel.person.PersonId;
import org.consentledger.kernel.person.SalesforceId;
import org.consentledger.kernel.person.Source;
import org.consentledger.kernel.person.SourceType;
import org.consentledger.kernel.person.UnsubscribeCause;
import org.consentledger.kernel.person.UnsubscribeReason;

/** The people of all examples: Ada, a second person, their addresses, and four days of one week. */
final class Examples {

    static final PersonId ADA = PersonId.of("7f3c1f0e-8f0a-4a51-9a0c-5f2f6f0b1d11");
    static final PersonId SOMEBODY_ELSE = PersonId.of("11111111-8f0a-4a51-9a0c-5f2f6f0b1d11");

    static final Instant MONDAY = Instant.parse("2026-03-02T09:00:00Z");
    static final Instant TUESDAY = Instant.parse("2026-03-03T09:00:00Z");
    static final Instant WEDNESDAY = Instant.parse("2026-03-04T09:00:00Z");
    static final Instant THURSDAY = Instant.parse("2026-03-05T09:00:00Z");

    static final String AT_WORK = "ada@example.org";
    static final String AT_HOME = "ada@home.example";

    static final String A_LEAD = "00QA000001abcDE";
    static final String A_CONTACT = "003A000001abcDEIAQ";

    static final Authorization INTEREST = Authorization.of(AuthorizationType.LEGITIMATE_INTEREST);
    static final Authorization CONSENT = Authorization.consent(LocalDate.parse("2026-03-01"), "Product news");
    static final Source IMPORTED = Source.of(SourceType.IMPORT);
    static final Source SYNCED = Source.of(SourceType.CRM_SYNC);

    static final Evidence CALLED_ON_WEDNESDAY =
            new Evidence(LocalDate.parse("2026-03-04"), "Product news", "phone call", "call 77");
    static final Evidence CALLED_ON_MONDAY =
            new Evidence(LocalDate.parse("2026-03-02"), "Product news", "phone call", "call 12");

    static final UUID EMAIL = UUID.fromString("00000000-0000-4000-8000-000000000002");
    static final EmailContent NEWS = new EmailContent("Product news", "There is a new product", null);

    static ContactData mailedAt(String... emails) {
        return ContactData.NONE.with(ContactField.EMAILS, List.of(emails));
    }

    static ContactDataPatch emails(String... emails) {
        return new ContactDataPatch(Map.of(ContactField.EMAILS, List.of(emails)));
    }

    static RegisterPerson register(ContactData contact, Instant at) {
        return new RegisterPerson(ADA, contact, IMPORTED, null, at);
    }

    static PersonRegistered registered(ContactData contact, Instant at) {
        return new PersonRegistered(ADA, contact, IMPORTED, at);
    }

    static PersonRegistered registered() {
        return registered(mailedAt(AT_WORK), MONDAY);
    }

    static ChangeContactData change(ContactDataPatch patch, Instant at) {
        return new ChangeContactData(ADA, patch, at);
    }

    static ContactDataChanged changed(ContactField field, List<String> from, List<String> to, Instant at) {
        return new ContactDataChanged(ADA, List.of(new FieldChange(field, from, to)), at);
    }

    static SetAuthorization authorize(Authorization authorization, Instant at) {
        return new SetAuthorization(ADA, authorization, at);
    }

    static AuthorizationSet authorized(Authorization authorization, Authorization previous, Instant at) {
        return new AuthorizationSet(ADA, authorization, previous, at);
    }

    static SetSource from(Source source, Instant at) {
        return new SetSource(ADA, source, at);
    }

    static SourceSet sourceSet(Source source, Source previous, Instant at) {
        return new SourceSet(ADA, source, previous, at);
    }

    static Unsubscribe unsubscribe(Instant at) {
        return new Unsubscribe(ADA, UnsubscribeReason.TOO_FREQUENT, null, null, at);
    }

    static Unsubscribed unsubscribed(Instant at, String... emails) {
        return new Unsubscribed(
                ADA, UnsubscribeCause.REQUESTED, UnsubscribeReason.TOO_FREQUENT, null, hashes(emails), at);
    }

    static Unsubscribed unsubscribedAgain(Instant at, String... emails) {
        return new Unsubscribed(
                ADA, UnsubscribeCause.REPEATED, UnsubscribeReason.TOO_FREQUENT, null, hashes(emails), at);
    }

    static Unsubscribed unsubscribed(UnsubscribeCause cause, Instant at, String... emails) {
        return new Unsubscribed(ADA, cause, null, null, hashes(emails), at);
    }

    static RequestResubscribe requestOn(Evidence evidence, Instant at) {
        return new RequestResubscribe(ADA, evidence, ZoneOffset.UTC, at);
    }

    static ResubscribeRequested requested(Evidence evidence, Instant at) {
        return new ResubscribeRequested(ADA, evidence, at);
    }

    static ApproveResubscribe approve(Evidence evidence, Instant at) {
        return new ApproveResubscribe(ADA, true, "heard the call", evidence, ZoneOffset.UTC, at);
    }

    static ApproveResubscribe approveWithoutAttesting(Evidence evidence, Instant at) {
        return new ApproveResubscribe(ADA, false, "heard the call", evidence, ZoneOffset.UTC, at);
    }

    static ResubscribeApproved approved(Evidence evidence, Instant at, String... emails) {
        return new ResubscribeApproved(ADA, evidence, "heard the call", hashes(emails), at);
    }

    static RejectResubscribe reject(Instant at) {
        return new RejectResubscribe(ADA, "no such call", at);
    }

    static ResubscribeRejected rejected(Instant at) {
        return new ResubscribeRejected(ADA, "no such call", at);
    }

    static LinkSalesforceRecord linkTo(String salesforceId, Instant at) {
        return new LinkSalesforceRecord(ADA, salesforceId, at);
    }

    static SalesforceRecordLinked linked(String salesforceId, String previous, Instant at) {
        return new SalesforceRecordLinked(ADA, salesforceId, previous, at);
    }

    static ErasePerson erase(Instant at) {
        return new ErasePerson(ADA, "asked for it", at);
    }

    static PersonErased erased(Instant at) {
        return new PersonErased(ADA, "asked for it", at);
    }

    static SendEmail mail(Instant at) {
        return new SendEmail(ADA, EMAIL, NEWS, false, at);
    }

    static SendEmail invoice(Instant at) {
        return new SendEmail(ADA, EMAIL, NEWS, true, at);
    }

    static RecordEmailOutcome outcome(EmailOutcome outcome, Instant at) {
        return new RecordEmailOutcome(ADA, EMAIL, outcome, at);
    }

    static EmailAccepted mailAccepted(Instant at) {
        return new EmailAccepted(ADA, EMAIL, AT_WORK, NEWS.subject(), NEWS.digest(), false, at);
    }

    static EmailAccepted invoiceAccepted(Instant at) {
        return new EmailAccepted(ADA, EMAIL, AT_WORK, NEWS.subject(), NEWS.digest(), true, at);
    }

    static EmailRefused mailRefused(EmailRefusal reason, Instant at) {
        return new EmailRefused(ADA, EMAIL, reason, NEWS.subject(), NEWS.digest(), false, at);
    }

    static EmailRefused mailWithheld(EmailRefusal reason, Instant at) {
        return new EmailRefused(ADA, EMAIL, reason, null, null, false, at);
    }

    static List<AddressHash> hashes(String... emails) {
        return Arrays.stream(emails).map(Examples::hash).toList();
    }

    static AddressHash hash(String email) {
        return new AddressHash("#" + EmailAddress.comparable(email));
    }

    /** A book that is written by the example; its hash can be read. */
    static final class Identities implements IdentityLookup {

        final Map<AddressHash, PersonId> holders = new HashMap<>();
        final Map<String, PersonId> salesforce = new HashMap<>();
        final Set<AddressHash> suppressed = new HashSet<>();

        /** Follows what has happened, as the registers do. */
        void note(PersonEvent event) {
            switch (event) {
                case PersonRegistered registered -> {
                    registered.contact().emails().forEach(email -> holders.put(hash(email), registered.personId()));
                    registered
                            .contact()
                            .values(ContactField.SALESFORCE_ID)
                            .forEach(id -> salesforce.put(SalesforceId.comparable(id), registered.personId()));
                }
                case ContactDataChanged changed ->
                    changed.changes().stream()
                            .filter(change -> change.field() == ContactField.EMAILS)
                            .forEach(change -> {
                                change.from().forEach(email -> holders.remove(hash(email)));
                                change.to().forEach(email -> holders.put(hash(email), changed.personId()));
                            });
                case Unsubscribed unsubscribed -> suppressed.addAll(unsubscribed.addresses());
                case ResubscribeApproved approved -> approved.addresses().forEach(suppressed::remove);
                case SalesforceRecordLinked linked -> {
                    if (linked.previous() != null) {
                        salesforce.remove(SalesforceId.comparable(linked.previous()));
                    }
                    salesforce.put(SalesforceId.comparable(linked.salesforceId()), linked.personId());
                }
                case PersonErased erased -> {
                    holders.values().removeIf(erased.personId()::equals);
                    salesforce.values().removeIf(erased.personId()::equals);
                }
                default -> {}
            }
        }

        @Override
        public AddressHash hashOf(String email) {
            return hash(email);
        }

        @Override
        public boolean isSuppressed(AddressHash address) {
            return suppressed.contains(address);
        }

        @Override
        public PersonId holderOfAddress(AddressHash address) {
            return holders.get(address);
        }

        @Override
        public PersonId holderOfSalesforceId(String salesforceId) {
            return salesforce.get(SalesforceId.comparable(salesforceId));
        }
    }

    private Examples() {}
}
