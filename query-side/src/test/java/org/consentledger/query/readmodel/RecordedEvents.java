package org.consentledger.query.readmodel;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.consentledger.kernel.person.AddressHash;
import org.consentledger.kernel.person.Authorization;
import org.consentledger.kernel.person.ContactData;
import org.consentledger.kernel.person.ContactField;
import org.consentledger.kernel.person.Evidence;
import org.consentledger.kernel.person.PersonEvent;
import org.consentledger.kernel.person.PersonEvent.AuthorizationSet;
import org.consentledger.kernel.person.PersonEvent.PersonErased;
import org.consentledger.kernel.person.PersonEvent.PersonRegistered;
import org.consentledger.kernel.person.PersonEvent.ResubscribeApproved;
import org.consentledger.kernel.person.PersonEvent.ResubscribeRequested;
import org.consentledger.kernel.person.PersonEvent.Unsubscribed;
import org.consentledger.kernel.person.PersonId;
import org.consentledger.kernel.person.Source;
import org.consentledger.kernel.person.SourceType;
import org.consentledger.kernel.person.UnsubscribeCause;
import org.consentledger.kernel.person.UnsubscribeReason;
import org.consentledger.kernel.provenance.Actor;
import org.consentledger.kernel.provenance.Provenance;
import org.consentledger.kernel.provenance.Via;

/** A cast and a few facts about it, for tests of the folds. */
public final class RecordedEvents {

    public static final PersonId ADA = PersonId.of("7f3c1f0e-8f0a-4a51-9a0c-5f2f6f0b1d11");
    public static final Instant MONDAY = Instant.parse("2026-03-02T09:00:00Z");
    public static final Instant TUESDAY = Instant.parse("2026-03-03T09:00:00Z");
    public static final Instant WEDNESDAY = Instant.parse("2026-03-04T09:00:00Z");
    public static final Instant THURSDAY = Instant.parse("2026-03-05T09:00:00Z");
    public static final AddressHash HASH = new AddressHash("a".repeat(64));
    public static final Actor OLGA = new Actor("u-olga", "Olga Operator", List.of("operator"));
    public static final Actor ANNA = new Actor("u-anna", "Anna Admin", List.of("admin"));
    public static final Provenance BY_OLGA = new Provenance(OLGA, Via.WEB, "c-1", null);
    public static final Provenance BY_ANNA = new Provenance(ANNA, Via.API, "c-2", null);
    public static final Provenance BY_LINK = new Provenance(Actor.DATA_SUBJECT, Via.LINK, "c-3", null);

    public static final ContactData NOWAK = ContactData.NONE
            .with(ContactField.FIRST_NAME, List.of("Ada"))
            .with(ContactField.LAST_NAME, List.of("Nowak"))
            .with(ContactField.COMPANY, List.of("Nowak GmbH"))
            .with(ContactField.EMAILS, List.of("Ada@Example.org", "nowak@example.org"));

    public static final Evidence EVIDENCE =
            new Evidence(java.time.LocalDate.parse("2026-03-04"), "Product news", "sign-up form", "form-17");

    public static PersonRegistered registered() {
        return new PersonRegistered(ADA, NOWAK, new Source(SourceType.OTHER, "a fair in Berlin"), MONDAY);
    }

    public static AuthorizationSet consented() {
        return new AuthorizationSet(
                ADA, Authorization.consent(java.time.LocalDate.parse("2026-03-01"), "News by e-mail"), null, MONDAY);
    }

    public static Unsubscribed unsubscribed(UnsubscribeCause cause, Instant at) {
        return new Unsubscribed(ADA, cause, UnsubscribeReason.TOO_FREQUENT, "every day!", List.of(HASH), at);
    }

    public static ResubscribeRequested resubscribeRequested() {
        return new ResubscribeRequested(ADA, EVIDENCE, WEDNESDAY);
    }

    public static ResubscribeApproved resubscribeApproved() {
        return new ResubscribeApproved(ADA, EVIDENCE, "letter seen", List.of(HASH), THURSDAY);
    }

    public static PersonErased erased() {
        return new PersonErased(ADA, "asked by letter", THURSDAY);
    }

    /** The facts as the ledger would have recorded them, by Olga, each a second after it happened. */
    public static List<Recorded<PersonEvent>> recorded(PersonEvent... events) {
        var recorded = new ArrayList<Recorded<PersonEvent>>();
        for (var event : events) {
            recorded.add(recorded(event, recorded.size(), BY_OLGA));
        }
        return recorded;
    }

    /** One fact; its position is 100 more than its sequence. */
    public static Recorded<PersonEvent> recorded(PersonEvent event, long sequence, Provenance provenance) {
        return new Recorded<>(
                event,
                event.personId().toString(),
                sequence,
                100 + sequence,
                event.at().plusSeconds(1),
                provenance,
                "event-" + sequence);
    }

    private RecordedEvents() {}
}
