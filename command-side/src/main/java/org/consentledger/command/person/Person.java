package org.consentledger.command.person;

import static org.consentledger.kernel.person.UnsubscribeCause.ADDRESS_ADDED;
import static org.consentledger.kernel.person.UnsubscribeCause.REPEATED;
import static org.consentledger.kernel.person.UnsubscribeCause.REQUESTED;
import static org.consentledger.kernel.person.UnsubscribeCause.SUPPRESSED_ADDRESS;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.consentledger.command.registers.IdentityLookup;
import org.consentledger.kernel.person.AddressHash;
import org.consentledger.kernel.person.Authorization;
import org.consentledger.kernel.person.CommandRejected;
import org.consentledger.kernel.person.CommandRejected.Rule;
import org.consentledger.kernel.person.ContactData;
import org.consentledger.kernel.person.ContactField;
import org.consentledger.kernel.person.EmailAddress;
import org.consentledger.kernel.person.EmailOutcome;
import org.consentledger.kernel.person.EmailRefusal;
import org.consentledger.kernel.person.Evidence;
import org.consentledger.kernel.person.FieldChange;
import org.consentledger.kernel.person.PersonCommand;
import org.consentledger.kernel.person.PersonCommand.ApproveResubscribe;
import org.consentledger.kernel.person.PersonCommand.ChangeContactData;
import org.consentledger.kernel.person.PersonCommand.ErasePerson;
import org.consentledger.kernel.person.PersonCommand.LinkSalesforceRecord;
import org.consentledger.kernel.person.PersonCommand.RecordEmailOutcome;
import org.consentledger.kernel.person.PersonCommand.RecordExport;
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
import org.consentledger.kernel.person.SalesforceId;
import org.consentledger.kernel.person.Source;
import org.consentledger.kernel.privacy.Erased;
import org.consentledger.kernel.privacy.Personal;
import org.jspecify.annotations.Nullable;

/**
 * The state of one person and the rules that it follows, as two pure functions: {@link #decide} turns a command into
 * events, {@link #evolve} applies an event and returns the next state. The class uses no clock, no framework and no
 * I/O: the time comes with the command, and an {@link IdentityLookup} says which addresses and Salesforce ids are taken
 * or suppressed.
 *
 * <pre>{@code
 * var unsubscribed = person.decide(new Unsubscribe(id, null, null, null, now), identities); // one Unsubscribed
 * var next = person.evolve(unsubscribed.getFirst());
 * next.decide(new Unsubscribe(id, null, null, null, later), identities); // an empty list: it is known already
 * }</pre>
 *
 * <p>The rules:
 *
 * <ul>
 *   <li>A command that changes nothing records nothing.
 *   <li>An address and a salesforceId belong to one person only.
 *   <li>An opt-out is always accepted, and holds for every address that the person has or gets.
 *   <li>A person who gets a suppressed address is unsubscribed at once.
 *   <li>Only an approved resubscribe lifts an opt-out, on evidence that is not older than the opt-out.
 *   <li>A person who has opted out gets no e-mail except a non-commercial one; each refused e-mail is recorded.
 *   <li>Each accepted e-mail has one outcome.
 *   <li>An erased person accepts no command, with two exceptions: {@link SendEmail} records that the e-mail was
 *       refused, and {@link RecordEmailOutcome} records what came of an e-mail that was accepted before.
 * </ul>
 *
 * <p>{@code decide} checks, and throws {@link CommandRejected}. {@code evolve} MUST NOT check anything: recorded events
 * are facts.
 *
 * @param version the number of events so far; 0 for a person that is not in the ledger
 * @param resubscribedAt the time of the last approved resubscribe, or null if there was none
 * @param underWay the accepted e-mails whose outcome is not recorded yet
 */
public record Person(
        long version,
        ContactData contact,
        @Nullable Source source,
        @Nullable Authorization authorization,
        @Nullable OptOut optOut,
        @Nullable Instant resubscribedAt,
        List<EmailUnderWay> underWay,
        boolean erased) {

    public static final Person UNKNOWN = new Person(0, ContactData.NONE, null, null, null, null, List.of(), false);

    /**
     * An opt-out that was not lifted.
     *
     * @param requested the evidence of a pending request to lift the opt-out
     */
    public record OptOut(Instant since, @Nullable Evidence requested) {}

    /** An accepted e-mail with its address. An opt-out stops it unless it is non-commercial. */
    public record EmailUnderWay(UUID emailId, @Personal String to, boolean nonCommercial) {}

    /**
     * Returns the events that a command leads to, or an empty list if it changes nothing.
     *
     * @throws CommandRejected if a rule doesn't allow the command
     */
    public List<PersonEvent> decide(PersonCommand command, IdentityLookup identities) {
        if (erased && !(command instanceof SendEmail) && !(command instanceof RecordEmailOutcome)) {
            throw CommandRejected.erasedPerson();
        }
        if (version == 0 && !(command instanceof RegisterPerson)) {
            throw CommandRejected.unknownPerson();
        }
        return switch (command) {
            case RegisterPerson register -> decide(register, identities);
            case ChangeContactData change -> decide(change, identities);
            case SetAuthorization set -> decide(set);
            case SetSource set -> decide(set);
            case Unsubscribe unsubscribe -> decide(unsubscribe, identities);
            case RequestResubscribe request -> decide(request);
            case ApproveResubscribe approve -> decide(approve, identities);
            case RejectResubscribe reject -> decide(reject);
            case SendEmail send -> decide(send);
            case RecordEmailOutcome record -> decide(record);
            case RecordExport export -> List.of(new PersonExported(export.personId(), export.exportId(), export.at()));
            case LinkSalesforceRecord link -> decide(link, identities);
            case ErasePerson erase -> List.of(new PersonErased(erase.personId(), erase.reason(), erase.at()));
        };
    }

    /** Returns the state after one more event. It never rejects an event. */
    public Person evolve(PersonEvent event) {
        return switch (event) {
            case PersonRegistered registered ->
                new Person(
                        version + 1,
                        registered.contact(),
                        registered.source(),
                        authorization,
                        optOut,
                        resubscribedAt,
                        underWay,
                        erased);
            case ContactDataChanged changed -> next(after(changed.changes()), source, authorization, optOut);
            case AuthorizationSet set -> next(contact, source, set.authorization(), optOut);
            case SourceSet set -> next(contact, set.source(), authorization, optOut);
            case Unsubscribed unsubscribed ->
                next(
                        contact,
                        source,
                        authorization,
                        unsubscribed.cause() == ADDRESS_ADDED && optOut != null
                                ? optOut
                                : new OptOut(unsubscribed.at(), null));
            case ResubscribeRequested requested -> next(contact, source, authorization, asked(requested.evidence()));
            case ResubscribeRejected ignored -> next(contact, source, authorization, asked(null));
            case ResubscribeApproved approved ->
                new Person(version + 1, contact, source, authorization, null, approved.at(), underWay, erased);
            case PersonExported ignored -> next(contact, source, authorization, optOut);
            case SalesforceRecordLinked linked -> next(linkedTo(linked.salesforceId()), source, authorization, optOut);
            case EmailAccepted accepted ->
                mailing(Stream.concat(
                                underWay.stream(),
                                Stream.of(
                                        new EmailUnderWay(accepted.emailId(), accepted.to(), accepted.nonCommercial())))
                        .toList());
            case EmailRefused refused -> mailing(without(refused.emailId()));
            case EmailSent sent -> mailing(without(sent.emailId()));
            case EmailFailed failed -> mailing(without(failed.emailId()));
            case PersonErased ignored ->
                new Person(
                        version + 1,
                        ContactData.NONE,
                        null,
                        null,
                        null,
                        null,
                        underWay.stream()
                                .map(email -> new EmailUnderWay(email.emailId(), Erased.TEXT, email.nonCommercial()))
                                .toList(),
                        true);
        };
    }

    /** Returns the refusal of an e-mail that the events record, or null. */
    public static @Nullable EmailRefusal refusalIn(List<PersonEvent> events) {
        return events.stream()
                .filter(EmailRefused.class::isInstance)
                .map(event -> ((EmailRefused) event).reason())
                .findFirst()
                .orElse(null);
    }

    private List<PersonEvent> decide(RegisterPerson command, IdentityLookup identities) {
        if (version > 0) {
            throw new CommandRejected(Rule.PERSON_EXISTS, "There is a person with that id already");
        }
        var person = command.personId();
        var events = new ArrayList<PersonEvent>();
        requireIdentifiable(command.contact());
        requireFree(command.contact(), command, identities);
        events.add(new PersonRegistered(person, command.contact(), command.source(), command.at()));
        if (command.authorization() != null) {
            events.add(new AuthorizationSet(person, command.authorization(), null, command.at()));
        }
        var addresses = hashesOf(command.contact(), identities);
        if (addresses.stream().anyMatch(identities::isSuppressed)) {
            events.add(new Unsubscribed(person, SUPPRESSED_ADDRESS, null, null, addresses, command.at()));
        }
        return events;
    }

    private List<PersonEvent> decide(ChangeContactData command, IdentityLookup identities) {
        var changes = command.patch().changesTo(contact);
        if (changes.isEmpty()) {
            return List.of();
        }
        var changed = after(changes);
        requireIdentifiable(changed);
        requireNotTooMany(changes);
        requireFree(changed, command, identities);
        var events = new ArrayList<PersonEvent>();
        events.add(new ContactDataChanged(command.personId(), changes, command.at()));
        optOutOfNewAddresses(changed, command, identities).ifPresent(events::add);
        return events;
    }

    /**
     * Limits the lists of addresses and numbers, which commands that complete a person could extend without end. A list
     * that is too long already may stay or shrink.
     */
    private static void requireNotTooMany(List<FieldChange> changes) {
        for (var change : changes) {
            if (change.field().isList()
                    && change.to().size() > ContactData.MOST_ENTRIES
                    && change.to().size() > change.from().size()) {
                throw new CommandRejected(
                        Rule.TOO_MANY_ENTRIES,
                        "A person has at most %d addresses and as many numbers".formatted(ContactData.MOST_ENTRIES));
            }
        }
    }

    /**
     * Unsubscribes a person who gets a new address, if the person has opted out or if the address is suppressed. The
     * suppression of a new address counts from now on, also for a person who is unsubscribed already: the lookup
     * doesn't tell the date of the suppression, and a consent that is older than that date must not lift it.
     */
    private Optional<PersonEvent> optOutOfNewAddresses(
            ContactData changed, ChangeContactData command, IdentityLookup identities) {
        var before = hashesOf(contact, identities);
        var after = hashesOf(changed, identities);
        var added = after.stream().filter(address -> !before.contains(address)).toList();
        if (added.isEmpty()) {
            return Optional.empty();
        }
        var bringsItsOwn = added.stream().anyMatch(identities::isSuppressed);
        if (optOut == null && !bringsItsOwn) {
            return Optional.empty();
        }
        return Optional.of(new Unsubscribed(
                command.personId(),
                bringsItsOwn ? SUPPRESSED_ADDRESS : ADDRESS_ADDED,
                null,
                null,
                optOut == null ? after : added,
                command.at()));
    }

    private List<PersonEvent> decide(SetAuthorization command) {
        return command.authorization().equals(authorization)
                ? List.of()
                : List.of(
                        new AuthorizationSet(command.personId(), command.authorization(), authorization, command.at()));
    }

    private List<PersonEvent> decide(SetSource command) {
        return command.source().equals(source)
                ? List.of()
                : List.of(new SourceSet(command.personId(), command.source(), knownSource(), command.at()));
    }

    /**
     * A repeated opt-out is recorded only while a request to lift the opt-out is pending, because it answers that
     * request.
     */
    private List<PersonEvent> decide(Unsubscribe command, IdentityLookup identities) {
        var addresses = hashesOf(contact, identities);
        if (command.address() != null && !addresses.contains(command.address())) {
            throw new CommandRejected(Rule.ADDRESS_MOVED, "The person doesn't have that address any more");
        }
        if (optOut != null && optOut.requested() == null) {
            return List.of();
        }
        var cause = optOut == null ? REQUESTED : REPEATED;
        return List.of(new Unsubscribed(
                command.personId(), cause, command.reason(), command.comment(), addresses, command.at()));
    }

    private List<PersonEvent> decide(RequestResubscribe command) {
        var current = requireOptOut();
        requireValid(command.evidence(), current, command.zone(), command.at());
        return command.evidence().equals(current.requested())
                ? List.of()
                : List.of(new ResubscribeRequested(command.personId(), command.evidence(), command.at()));
    }

    private List<PersonEvent> decide(ApproveResubscribe command, IdentityLookup identities) {
        var current = requireOptOut();
        if (!command.attested()) {
            throw new CommandRejected(Rule.ATTESTATION_MISSING, "The approver must attest the new consent");
        }
        var evidence = command.evidence() == null ? current.requested() : command.evidence();
        if (evidence == null) {
            throw new CommandRejected(Rule.EVIDENCE_MISSING, "There is no evidence: no request is pending");
        }
        requireValid(evidence, current, command.zone(), command.at());
        var person = command.personId();
        var events = new ArrayList<PersonEvent>();
        events.add(new ResubscribeApproved(
                person, evidence, command.reason(), hashesOf(contact, identities), command.at()));
        var consent = Authorization.consent(evidence.dateOfConsent(), evidence.purposeOfProcessing());
        if (!consent.equals(authorization)) {
            events.add(new AuthorizationSet(person, consent, authorization, command.at()));
        }
        return events;
    }

    private List<PersonEvent> decide(RejectResubscribe command) {
        if (optOut == null || optOut.requested() == null) {
            throw new CommandRejected(Rule.NO_REQUEST_PENDING, "There is no request to reject");
        }
        return List.of(new ResubscribeRejected(command.personId(), command.reason(), command.at()));
    }

    private List<PersonEvent> decide(LinkSalesforceRecord command, IdentityLookup identities) {
        var previous = contact.salesforceId();
        if (previous != null
                && SalesforceId.comparable(previous).equals(SalesforceId.comparable(command.salesforceId()))) {
            return List.of(); // the same, perhaps in its other form
        }
        requireFree(linkedTo(command.salesforceId()), command, identities);
        return List.of(new SalesforceRecordLinked(command.personId(), command.salesforceId(), previous, command.at()));
    }

    private List<PersonEvent> decide(SendEmail command) {
        var refusal = refusalOf(command.nonCommercial());
        var content = command.content();
        if (refusal != null) {
            // Personal data of an erased person can't be stored: the key is destroyed
            return List.of(new EmailRefused(
                    command.personId(),
                    command.emailId(),
                    refusal,
                    erased ? null : content.subject(),
                    erased ? null : content.digest(),
                    command.nonCommercial(),
                    command.at()));
        }
        if (contact.emails().isEmpty()) {
            throw new CommandRejected(Rule.ADDRESS_MISSING, "The person has no e-mail address");
        }
        if (isUnderWay(command.emailId())) {
            return List.of();
        }
        return List.of(new EmailAccepted(
                command.personId(),
                command.emailId(),
                contact.emails().getFirst(),
                content.subject(),
                content.digest(),
                command.nonCommercial(),
                command.at()));
    }

    /**
     * Records the first outcome of an e-mail and ignores later ones. A withheld e-mail that may be sent after all keeps
     * waiting for its outcome.
     */
    private List<PersonEvent> decide(RecordEmailOutcome command) {
        var email = underWay.stream()
                .filter(candidate -> candidate.emailId().equals(command.emailId()))
                .findFirst();
        if (email.isEmpty()) {
            return List.of();
        }
        return switch (command.outcome()) {
            case EmailOutcome.Sent ignored ->
                List.of(new EmailSent(command.personId(), command.emailId(), command.at()));
            case EmailOutcome.Failed failed ->
                List.of(new EmailFailed(
                        command.personId(), command.emailId(), failed.reason(), failed.status(), command.at()));
            case EmailOutcome.Withheld ignored -> {
                var refusal = refusalOf(email.get());
                yield refusal == null
                        ? List.of()
                        : List.of(new EmailRefused(
                                command.personId(),
                                command.emailId(),
                                refusal,
                                null,
                                null,
                                email.get().nonCommercial(),
                                command.at()));
            }
        };
    }

    /** Returns the reason why an accepted e-mail must not be sent after all, or null if it may be sent. */
    public @Nullable EmailRefusal refusalOf(EmailUnderWay email) {
        var refusal = refusalOf(email.nonCommercial());
        if (refusal != null) {
            return refusal;
        }
        var to = EmailAddress.comparable(email.to());
        return contact.emails().stream().map(EmailAddress::comparable).anyMatch(to::equals)
                ? null
                : EmailRefusal.ADDRESS_GONE;
    }

    /** Returns the reason why the person must not be mailed, or null if mail may be sent. */
    public @Nullable EmailRefusal refusalOf(boolean nonCommercial) {
        if (erased) {
            return EmailRefusal.PERSON_ERASED;
        }
        return optOut != null && !nonCommercial ? EmailRefusal.PERSON_UNSUBSCRIBED : null;
    }

    private boolean isUnderWay(UUID emailId) {
        return underWay.stream().anyMatch(email -> email.emailId().equals(emailId));
    }

    private List<EmailUnderWay> without(UUID emailId) {
        return underWay.stream()
                .filter(email -> !email.emailId().equals(emailId))
                .toList();
    }

    private static void requireIdentifiable(ContactData contact) {
        if (!contact.isIdentifiable()) {
            throw new CommandRejected(Rule.PERSON_UNIDENTIFIABLE, "A person needs an e-mail address or a salesforceId");
        }
    }

    private static void requireFree(ContactData contact, PersonCommand command, IdentityLookup identities) {
        for (var address : hashesOf(contact, identities)) {
            var holder = identities.holderOfAddress(address);
            if (holder != null && !holder.equals(command.personId())) {
                throw new CommandRejected(Rule.ADDRESS_TAKEN, "Another person has that e-mail address", holder);
            }
        }
        if (contact.salesforceId() != null) {
            var holder = identities.holderOfSalesforceId(contact.salesforceId());
            if (holder != null && !holder.equals(command.personId())) {
                throw new CommandRejected(Rule.SALESFORCE_ID_TAKEN, "Another person has that salesforceId", holder);
            }
        }
    }

    private OptOut requireOptOut() {
        if (optOut == null) {
            throw new CommandRejected(Rule.PERSON_SUBSCRIBED, "The person is not unsubscribed");
        }
        return optOut;
    }

    /**
     * A date of consent has no time of day. A consent on the day of the opt-out counts, as the order of the two is
     * unknown.
     */
    private static void requireValid(Evidence evidence, OptOut optOut, ZoneId zone, Instant at) {
        if (evidence.dateOfConsent().isBefore(LocalDate.ofInstant(optOut.since(), zone))) {
            throw new CommandRejected(
                    Rule.CONSENT_OLDER_THAN_UNSUBSCRIBE, "The consent is older than the opt-out that it should lift");
        }
        if (evidence.dateOfConsent().isAfter(LocalDate.ofInstant(at, zone))) {
            throw new CommandRejected(Rule.CONSENT_IN_FUTURE, "The consent lies in the future");
        }
    }

    private static List<AddressHash> hashesOf(ContactData contact, IdentityLookup identities) {
        return contact.emails().stream().map(identities::hashOf).distinct().toList();
    }

    private ContactData after(List<FieldChange> changes) {
        var changed = contact;
        for (var change : changes) {
            changed = changed.with(change.field(), change.to());
        }
        return changed;
    }

    private ContactData linkedTo(String salesforceId) {
        return contact.with(ContactField.SALESFORCE_ID, List.of(salesforceId));
    }

    private @Nullable OptOut asked(@Nullable Evidence evidence) {
        return optOut == null ? null : new OptOut(optOut.since(), evidence);
    }

    private Source knownSource() {
        return Objects.requireNonNull(source, "every person has a source from the first event on");
    }

    private Person next(
            ContactData nextContact,
            @Nullable Source nextSource,
            @Nullable Authorization nextAuthorization,
            @Nullable OptOut nextOptOut) {
        return new Person(
                version + 1, nextContact, nextSource, nextAuthorization, nextOptOut, resubscribedAt, underWay, erased);
    }

    private Person mailing(List<EmailUnderWay> nextUnderWay) {
        return new Person(version + 1, contact, source, authorization, optOut, resubscribedAt, nextUnderWay, erased);
    }

    /** Returns whether the decision on a command looks at the person's contact data. */
    public static boolean needsContact(PersonCommand command) {
        return switch (command) {
            case SetAuthorization ignored -> false;
            case SetSource ignored -> false;
            case RequestResubscribe ignored -> false;
            case RejectResubscribe ignored -> false;
            case RecordExport ignored -> false;
            default -> true;
        };
    }

    /** Returns the addresses in the command whose holders the rules must know. */
    public static List<String> addressesIn(PersonCommand command) {
        return switch (command) {
            case RegisterPerson register -> register.contact().emails();
            case ChangeContactData change -> change.patch().values().getOrDefault(ContactField.EMAILS, List.of());
            default -> List.of();
        };
    }

    /** Returns the salesforceIds in the command whose holders the rules must know. */
    public static List<String> salesforceIdsIn(PersonCommand command) {
        return switch (command) {
            case RegisterPerson register -> register.contact().values(ContactField.SALESFORCE_ID);
            case ChangeContactData change ->
                change.patch().values().getOrDefault(ContactField.SALESFORCE_ID, List.of());
            case LinkSalesforceRecord link -> List.of(link.salesforceId());
            default -> List.of();
        };
    }
}
