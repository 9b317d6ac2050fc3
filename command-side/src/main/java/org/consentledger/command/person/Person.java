package org.consentledger.command.person;

import static org.consentledger.kernel.person.UnsubscribeCause.ADDRESS_ADDED;
import static org.consentledger.kernel.person.UnsubscribeCause.REPEATED;
import static org.consentledger.kernel.person.UnsubscribeCause.REQUESTED;
import static org.consentledger.kernel.person.UnsubscribeCause.SUPPRESSED_ADDRESS;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.consentledger.command.registers.AddressBook;
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
 * The rules of a person, as two pure functions: {@link #decide} answers a command with events, {@link #evolve} folds an
 * event into the next state. No clock, no framework, no I/O; what must be known of other people comes as an
 * {@link AddressBook}.
 *
 * <ul>
 *   <li>Saying the same again records nothing.
 *   <li>An address and a salesforceId belong to one person only.
 *   <li>An opt-out is always accepted, and holds for every address that the person has or gets.
 *   <li>Whoever gets an address that has been opted out is unsubscribed at once.
 *   <li>Only an approved resubscribe, on evidence not older than the opt-out, lifts it.
 *   <li>Nobody who has opted out is mailed, and that they were not is recorded.
 *   <li>Each accepted e-mail has one outcome.
 *   <li>After the erasure nothing can be asked any more; what is recorded then is only that mail was not sent, and what
 *       came of mail that was under way.
 * </ul>
 *
 * @param version the number of events so far; 0 for somebody whom the ledger doesn't know
 * @param underWay the e-mails that were accepted, and of which nobody has said yet what came of them
 */
record Person(
        long version,
        ContactData contact,
        @Nullable Source source,
        @Nullable Authorization authorization,
        @Nullable OptOut optOut,
        List<EmailUnderWay> underWay,
        boolean erased) {

    static final Person UNKNOWN = new Person(0, ContactData.NONE, null, null, null, List.of(), false);

    /** @param requested the evidence on which somebody asked to lift it, while nobody has answered */
    record OptOut(Instant since, @Nullable Evidence requested) {}

    /** An accepted e-mail; to which address, and whether an opt-out stops it. */
    record EmailUnderWay(UUID emailId, @Personal String to, boolean nonCommercial) {}

    /**
     * Answers a command.
     *
     * @throws CommandRejected if a rule doesn't allow it
     */
    List<PersonEvent> decide(PersonCommand command, AddressBook book) {
        if (erased && !(command instanceof SendEmail) && !(command instanceof RecordEmailOutcome)) {
            throw new CommandRejected(Rule.PERSON_ERASED, "The person has been erased");
        }
        if (version == 0 && !(command instanceof RegisterPerson)) {
            throw CommandRejected.unknownPerson();
        }
        return switch (command) {
            case RegisterPerson register -> decide(register, book);
            case ChangeContactData change -> decide(change, book);
            case SetAuthorization set -> decide(set);
            case SetSource set -> decide(set);
            case Unsubscribe unsubscribe -> decide(unsubscribe, book);
            case RequestResubscribe request -> decide(request);
            case ApproveResubscribe approve -> decide(approve, book);
            case RejectResubscribe reject -> decide(reject);
            case SendEmail send -> decide(send);
            case RecordEmailOutcome record -> decide(record);
            case RecordExport export -> List.of(new PersonExported(export.personId(), export.exportId(), export.at()));
            case LinkSalesforceRecord link -> decide(link, book);
            case ErasePerson erase -> List.of(new PersonErased(erase.personId(), erase.reason(), erase.at()));
        };
    }

    /** The state after one more event. Facts are not judged. */
    Person evolve(PersonEvent event) {
        return switch (event) {
            case PersonRegistered registered ->
                new Person(
                        version + 1,
                        registered.contact(),
                        registered.source(),
                        authorization,
                        optOut,
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
            case ResubscribeApproved ignored -> next(contact, source, authorization, null);
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
                        underWay.stream()
                                .map(email -> new EmailUnderWay(email.emailId(), Erased.TEXT, email.nonCommercial()))
                                .toList(),
                        true);
        };
    }

    /** The refusal that some events record, if they do. */
    static @Nullable EmailRefusal refusalIn(List<PersonEvent> events) {
        return events.stream()
                .filter(EmailRefused.class::isInstance)
                .map(event -> ((EmailRefused) event).reason())
                .findFirst()
                .orElse(null);
    }

    private List<PersonEvent> decide(RegisterPerson command, AddressBook book) {
        if (version > 0) {
            throw new CommandRejected(Rule.PERSON_EXISTS, "There is a person with that id already");
        }
        var person = command.personId();
        var events = new ArrayList<PersonEvent>();
        requireIdentifiable(command.contact());
        requireFree(command.contact(), command, book);
        events.add(new PersonRegistered(person, command.contact(), command.source(), command.at()));
        if (command.authorization() != null) {
            events.add(new AuthorizationSet(person, command.authorization(), null, command.at()));
        }
        var addresses = hashesOf(command.contact(), book);
        if (addresses.stream().anyMatch(book::isSuppressed)) {
            events.add(new Unsubscribed(person, SUPPRESSED_ADDRESS, null, null, addresses, command.at()));
        }
        return events;
    }

    private List<PersonEvent> decide(ChangeContactData command, AddressBook book) {
        var changes = command.patch().changesTo(contact);
        if (changes.isEmpty()) {
            return List.of();
        }
        var changed = after(changes);
        requireIdentifiable(changed);
        requireNotTooMany(changes);
        requireFree(changed, command, book);
        var events = new ArrayList<PersonEvent>();
        events.add(new ContactDataChanged(command.personId(), changes, command.at()));
        optOutOfNewAddresses(changed, command, book).ifPresent(events::add);
        return events;
    }

    /** What completes a person may not make them grow without end. */
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
     * A new address is covered by the person's opt-out, or brings its own. One that it brings counts from now on, also
     * for who is unsubscribed already: the book doesn't tell when it was said last, and a consent that is older than
     * that must not lift it.
     */
    private Optional<PersonEvent> optOutOfNewAddresses(
            ContactData changed, ChangeContactData command, AddressBook book) {
        var before = hashesOf(contact, book);
        var after = hashesOf(changed, book);
        var added = after.stream().filter(address -> !before.contains(address)).toList();
        if (added.isEmpty()) {
            return Optional.empty();
        }
        var bringsItsOwn = added.stream().anyMatch(book::isSuppressed);
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

    /** Said again while a request to lift it is open, an opt-out is news: it answers the request. */
    private List<PersonEvent> decide(Unsubscribe command, AddressBook book) {
        var addresses = hashesOf(contact, book);
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
        requireValid(command.evidence(), current, command);
        return command.evidence().equals(current.requested())
                ? List.of()
                : List.of(new ResubscribeRequested(command.personId(), command.evidence(), command.at()));
    }

    private List<PersonEvent> decide(ApproveResubscribe command, AddressBook book) {
        var current = requireOptOut();
        if (!command.attested()) {
            throw new CommandRejected(Rule.ATTESTATION_MISSING, "The approver must attest the new consent");
        }
        var evidence = command.evidence() == null ? current.requested() : command.evidence();
        if (evidence == null) {
            throw new CommandRejected(Rule.EVIDENCE_MISSING, "There is no evidence: no request is pending");
        }
        requireValid(evidence, current, command);
        var person = command.personId();
        var events = new ArrayList<PersonEvent>();
        events.add(new ResubscribeApproved(person, evidence, command.reason(), hashesOf(contact, book), command.at()));
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

    private List<PersonEvent> decide(LinkSalesforceRecord command, AddressBook book) {
        var previous = contact.salesforceId();
        if (previous != null
                && SalesforceId.comparable(previous).equals(SalesforceId.comparable(command.salesforceId()))) {
            return List.of(); // the same, perhaps in its other form
        }
        requireFree(linkedTo(command.salesforceId()), command, book);
        return List.of(new SalesforceRecordLinked(command.personId(), command.salesforceId(), previous, command.at()));
    }

    private List<PersonEvent> decide(SendEmail command) {
        var refusal = refusalOf(command.nonCommercial());
        var content = command.content();
        if (refusal != null) {
            // Nothing personal can be stored of somebody who has been erased
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

    /** A mail has one outcome, the first that is told; one that may be sent after all has none yet. */
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

    /** Why an accepted e-mail must not be sent after all, if so. */
    @Nullable
    EmailRefusal refusalOf(EmailUnderWay email) {
        var refusal = refusalOf(email.nonCommercial());
        if (refusal != null) {
            return refusal;
        }
        var to = EmailAddress.comparable(email.to());
        return contact.emails().stream().map(EmailAddress::comparable).anyMatch(to::equals)
                ? null
                : EmailRefusal.ADDRESS_GONE;
    }

    /** Why the person must not be mailed, if so. */
    @Nullable
    EmailRefusal refusalOf(boolean nonCommercial) {
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

    private static void requireFree(ContactData contact, PersonCommand command, AddressBook book) {
        for (var address : hashesOf(contact, book)) {
            var holder = book.holderOfAddress(address);
            if (holder != null && !holder.equals(command.personId())) {
                throw new CommandRejected(Rule.ADDRESS_TAKEN, "Another person has that e-mail address", holder);
            }
        }
        if (contact.salesforceId() != null) {
            var holder = book.holderOfSalesforceId(contact.salesforceId());
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

    /** Dates have no time of day: a consent of the day of the opt-out counts, as nobody can tell which came first. */
    private static void requireValid(Evidence evidence, OptOut optOut, PersonCommand command) {
        if (evidence.dateOfConsent().isBefore(LocalDate.ofInstant(optOut.since(), ZoneOffset.UTC))) {
            throw new CommandRejected(
                    Rule.CONSENT_OLDER_THAN_UNSUBSCRIBE, "The consent is older than the opt-out that it should lift");
        }
        // A day ahead of UTC it may be tomorrow already; the door, which knows the ledger's zone, is stricter.
        if (evidence.dateOfConsent()
                .isAfter(LocalDate.ofInstant(command.at(), ZoneOffset.UTC).plusDays(1))) {
            throw new CommandRejected(Rule.CONSENT_IN_FUTURE, "The consent lies in the future");
        }
    }

    private static List<AddressHash> hashesOf(ContactData contact, AddressBook book) {
        return contact.emails().stream().map(book::hashOf).distinct().toList();
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
        return new Person(version + 1, nextContact, nextSource, nextAuthorization, nextOptOut, underWay, erased);
    }

    private Person mailing(List<EmailUnderWay> nextUnderWay) {
        return new Person(version + 1, contact, source, authorization, optOut, nextUnderWay, erased);
    }

    /** The addresses of which the command's answer depends on what others have. */
    static List<String> addressesIn(PersonCommand command) {
        return switch (command) {
            case RegisterPerson register -> register.contact().emails();
            case ChangeContactData change -> change.patch().values().getOrDefault(ContactField.EMAILS, List.of());
            default -> List.of();
        };
    }

    /** The salesforceIds of which the command's answer depends on what others have. */
    static List<String> salesforceIdsIn(PersonCommand command) {
        return switch (command) {
            case RegisterPerson register -> register.contact().values(ContactField.SALESFORCE_ID);
            case ChangeContactData change ->
                change.patch().values().getOrDefault(ContactField.SALESFORCE_ID, List.of());
            case LinkSalesforceRecord link -> List.of(link.salesforceId());
            default -> List.of();
        };
    }
}
