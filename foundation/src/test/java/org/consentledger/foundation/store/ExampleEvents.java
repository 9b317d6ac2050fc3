package org.consentledger.foundation.store;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.consentledger.kernel.person.AddressEvent;
import org.consentledger.kernel.person.AddressEvent.AddressSuppressed;
import org.consentledger.kernel.person.AddressHash;
import org.consentledger.kernel.person.Authorization;
import org.consentledger.kernel.person.ContactData;
import org.consentledger.kernel.person.ContactField;
import org.consentledger.kernel.person.EmailFailure;
import org.consentledger.kernel.person.EmailRefusal;
import org.consentledger.kernel.person.Evidence;
import org.consentledger.kernel.person.FieldChange;
import org.consentledger.kernel.person.PersonEvent;
import org.consentledger.kernel.person.PersonEvent.AuthorizationSet;
import org.consentledger.kernel.person.PersonEvent.ContactDataChanged;
import org.consentledger.kernel.person.PersonEvent.EmailAccepted;
import org.consentledger.kernel.person.PersonEvent.EmailFailed;
import org.consentledger.kernel.person.PersonEvent.EmailRefused;
import org.consentledger.kernel.person.PersonEvent.EmailSent;
import org.consentledger.kernel.person.PersonEvent.PersonErased;
import org.consentledger.kernel.person.PersonEvent.PersonExported;
import org.consentledger.kernel.person.PersonEvent.PersonRegistered;
import org.consentledger.kernel.person.PersonEvent.ResubscribeApproved;
import org.consentledger.kernel.person.PersonEvent.ResubscribeRejected;
import org.consentledger.kernel.person.PersonEvent.ResubscribeRequested;
import org.consentledger.kernel.person.PersonEvent.SalesforceRecordLinked;
import org.consentledger.kernel.person.PersonEvent.SourceSet;
import org.consentledger.kernel.person.PersonEvent.Unsubscribed;
import org.consentledger.kernel.person.PersonId;
import org.consentledger.kernel.person.Source;
import org.consentledger.kernel.person.SourceType;
import org.consentledger.kernel.person.UnsubscribeCause;
import org.consentledger.kernel.person.UnsubscribeReason;

/** Examples of events: one of each type, with every component set. */
final class ExampleEvents {

    static final PersonId PERSON = PersonId.of("7f3c1f0e-8f0a-4a51-9a0c-5f2f6f0b1d11");
    private static final Instant NOON = Instant.parse("2026-03-02T12:00:00.123456Z");
    private static final LocalDate THE_DAY_BEFORE = LocalDate.parse("2026-03-01");
    private static final AddressHash ADDRESS = new AddressHash("5f2f6f0b1d11".repeat(5) + "abcd");
    private static final Authorization CONSENT = Authorization.consent(THE_DAY_BEFORE, "Product news");
    private static final Source OTHER_SOURCE = new Source(SourceType.OTHER, "Trade fair");
    private static final UUID EMAIL = UUID.fromString("00000000-0000-4000-8000-000000000002");
    private static final Evidence EVIDENCE = new Evidence(THE_DAY_BEFORE, "Product news", "phone call", "call 77");
    private static final ContactData ADA = new ContactData(
            "Ada",
            "Nowak",
            "Nowak GmbH",
            "CTO",
            List.of("ada@example.org", "nowak@example.org"),
            List.of("+49 30 1234"),
            "https://example.org",
            "ada.fb",
            "@ada",
            "in/ada",
            "met in Berlin",
            "003A000001abcDEFGH");

    static Stream<Object> events() {
        return Stream.concat(
                Stream.<PersonEvent>of(
                        new PersonRegistered(PERSON, ADA, Source.of(SourceType.IMPORT), NOON),
                        new ContactDataChanged(
                                PERSON,
                                List.of(
                                        new FieldChange(ContactField.TITLE, List.of(), List.of("CTO")),
                                        new FieldChange(
                                                ContactField.EMAILS,
                                                List.of("ada@example.org"),
                                                List.of("ada@example.org", "nowak@example.org"))),
                                NOON),
                        new AuthorizationSet(PERSON, CONSENT, Authorization.other("Ask the legal department"), NOON),
                        new SourceSet(PERSON, OTHER_SOURCE, Source.of(SourceType.IMPORT), NOON),
                        new Unsubscribed(
                                PERSON,
                                UnsubscribeCause.REQUESTED,
                                UnsubscribeReason.OTHER,
                                "Moved on",
                                List.of(ADDRESS),
                                NOON),
                        new ResubscribeRequested(PERSON, EVIDENCE, NOON),
                        new ResubscribeApproved(PERSON, EVIDENCE, "heard the call", List.of(ADDRESS), NOON),
                        new ResubscribeRejected(PERSON, "no such call", NOON),
                        new EmailAccepted(
                                PERSON,
                                EMAIL,
                                "ada@example.org",
                                "Product news",
                                "5f2f6f0b1d11".repeat(5),
                                false,
                                NOON),
                        new EmailRefused(
                                PERSON,
                                EMAIL,
                                EmailRefusal.PERSON_UNSUBSCRIBED,
                                "Product news",
                                "5f2f6f0b1d11".repeat(5),
                                false,
                                NOON),
                        new EmailSent(PERSON, EMAIL, NOON),
                        new EmailFailed(PERSON, EMAIL, EmailFailure.REJECTED, "550 5.1.1", NOON),
                        new PersonExported(PERSON, UUID.fromString("00000000-0000-4000-8000-000000000001"), NOON),
                        new SalesforceRecordLinked(PERSON, "003A000001abcDEFGH", "00QA000001abcDEFGH", NOON),
                        new PersonErased(PERSON, "asked for it", NOON)),
                Stream.<AddressEvent>of(new AddressSuppressed(ADDRESS, UnsubscribeReason.NEVER_SIGNED_UP, NOON)));
    }

    private ExampleEvents() {}
}
