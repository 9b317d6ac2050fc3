package org.consentledger.query.testing;

import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.consentledger.kernel.person.AddressEvent.AddressSuppressed;
import org.consentledger.kernel.person.AddressHash;
import org.consentledger.kernel.person.Authorization;
import org.consentledger.kernel.person.AuthorizationType;
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
import org.consentledger.kernel.provenance.Provenance;
import org.consentledger.kernel.provenance.Via;
import org.consentledger.query.readmodel.Recorded;
import org.consentledger.query.readmodel.RecordedEvents;

/** Plays random but lawful lives of a few people into a ledger. The same seed plays the same lives. */
public final class RandomLedger {

    private static final List<String> WORDS = List.of(
            "Ada", "Zoë", "Łukasz", "Nowak & Söhne", "O'Brien", "=1+1", "  ", "李", "x".repeat(200), "a\"b\\c\u0000d");

    private final Writer writer;
    private final long seed;
    private final RandomGenerator random;
    private final List<Life> lives = new ArrayList<>();

    private static final class Life {
        final PersonId id;
        ContactData contact;
        Authorization authorization;
        Source source;
        boolean unsubscribed;
        boolean pending;
        boolean erased;

        Life(PersonId id) {
            this.id = id;
        }
    }

    public RandomLedger(Writer writer, long seed) {
        this.writer = writer;
        this.seed = seed;
        random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    }

    @Override
    public String toString() {
        return "the lives of seed " + seed;
    }

    public List<PersonId> people() {
        return lives.stream().map(life -> life.id).toList();
    }

    /** Records so many facts, or a few more. */
    public void play(int steps) {
        for (int step = 0; step < steps; step++) {
            if (random.nextInt(20) == 0) {
                writer.record(by(), new AddressSuppressed(someHash(), someReason(), now()));
            } else if (lives.isEmpty() || random.nextInt(6) == 0) {
                register();
            } else {
                var life = lives.get(random.nextInt(lives.size()));
                if (!life.erased) {
                    writer.record(by(), next(life).toArray(PersonEvent[]::new));
                }
            }
        }
    }

    /** Plays 120 facts, or a few more; all about people are returned, in the order of the ledger. */
    public List<Recorded<PersonEvent>> lives() {
        play(120);
        return writer.factsOf(people());
    }

    private void register() {
        var life = new Life(new PersonId(new UUID(random.nextLong(), random.nextLong())));
        life.contact = ContactData.NONE
                .with(ContactField.FIRST_NAME, List.of(word()))
                .with(ContactField.LAST_NAME, List.of(word()))
                .with(ContactField.EMAILS, List.of(address()));
        life.source = source();
        lives.add(life);
        writer.record(by(), new PersonRegistered(life.id, life.contact, life.source, now()));
    }

    private List<PersonEvent> next(Life life) {
        return switch (random.nextInt(14)) {
            case 0, 1, 2 -> change(life);
            case 3, 4 -> authorize(life);
            case 5 -> {
                var previous = life.source;
                life.source = source();
                yield List.of(new SourceSet(life.id, life.source, previous, now()));
            }
            case 6, 7 -> unsubscribe(life);
            case 8, 9 -> resubscribe(life);
            case 10 ->
                random.nextBoolean()
                        ? List.of(new PersonExported(life.id, UUID.randomUUID(), now()))
                        : List.of(link(life));
            case 11, 12 -> mail(life);
            default -> {
                if (random.nextInt(3) > 0) {
                    yield change(life);
                }
                life.erased = true;
                var erasure = new ArrayList<PersonEvent>();
                erasure.add(new PersonErased(life.id, "asked for it", now()));
                if (random.nextBoolean()) {
                    erasure.add(new EmailRefused(
                            life.id, UUID.randomUUID(), EmailRefusal.PERSON_ERASED, null, null, true, now()));
                }
                yield erasure;
            }
        };
    }

    private List<PersonEvent> change(Life life) {
        var field = ContactField.values()[random.nextInt(ContactField.values().length)];
        var values = field == ContactField.EMAILS
                ? List.of(address(), address())
                : field.isList() ? List.of(word(), word()) : random.nextBoolean() ? List.of(word()) : List.<String>of();
        var events = new ArrayList<PersonEvent>();
        events.add(new ContactDataChanged(
                life.id, List.of(new FieldChange(field, life.contact.values(field), values)), now()));
        life.contact = life.contact.with(field, values);
        if (field == ContactField.EMAILS && life.unsubscribed) {
            var cause = random.nextBoolean() ? UnsubscribeCause.ADDRESS_ADDED : UnsubscribeCause.SUPPRESSED_ADDRESS;
            life.pending = life.pending && cause == UnsubscribeCause.ADDRESS_ADDED;
            events.add(new Unsubscribed(life.id, cause, null, null, hashes(life), now()));
        }
        return events;
    }

    private PersonEvent link(Life life) {
        var previous = life.contact.salesforceId();
        var salesforceId = "%015d".formatted(random.nextLong(1_000_000_000_000_000L));
        life.contact = life.contact.with(ContactField.SALESFORCE_ID, List.of(salesforceId));
        return new SalesforceRecordLinked(life.id, salesforceId, previous, now());
    }

    private List<PersonEvent> authorize(Life life) {
        var previous = life.authorization;
        life.authorization = switch (random.nextInt(3)) {
            case 0 -> Authorization.consent(LocalDate.of(2026, 1 + random.nextInt(12), 1), word());
            case 1 -> Authorization.other(random.nextBoolean() ? word() : null);
            default -> Authorization.of(AuthorizationType.LEGITIMATE_INTEREST);
        };
        return List.of(new AuthorizationSet(life.id, life.authorization, previous, now()));
    }

    private List<PersonEvent> unsubscribe(Life life) {
        if (life.unsubscribed && !life.pending) {
            return List.of(new PersonExported(life.id, UUID.randomUUID(), now()));
        }
        var cause = life.unsubscribed ? UnsubscribeCause.REPEATED : UnsubscribeCause.REQUESTED;
        life.unsubscribed = true;
        life.pending = false;
        return List.of(new Unsubscribed(
                life.id, cause, someReason(), random.nextBoolean() ? word() : null, hashes(life), now()));
    }

    private List<PersonEvent> resubscribe(Life life) {
        if (!life.unsubscribed) {
            return authorize(life);
        }
        var evidence = new Evidence(LocalDate.of(2026, 11, 1), word(), word(), random.nextBoolean() ? word() : null);
        if (!life.pending) {
            life.pending = true;
            return List.of(new ResubscribeRequested(life.id, evidence, now()));
        }
        life.pending = false;
        if (random.nextBoolean()) {
            return List.of(new ResubscribeRejected(life.id, word(), now()));
        }
        life.unsubscribed = false;
        return List.of(new ResubscribeApproved(life.id, evidence, word(), hashes(life), now()));
    }

    private List<PersonEvent> mail(Life life) {
        var email = UUID.randomUUID();
        if (life.unsubscribed) {
            return List.of(new EmailRefused(
                    life.id, email, EmailRefusal.PERSON_UNSUBSCRIBED, word(), word(), random.nextBoolean(), now()));
        }
        return List.of(
                new EmailAccepted(life.id, email, address(), word(), word(), random.nextBoolean(), now()),
                random.nextBoolean()
                        ? new EmailSent(life.id, email, now())
                        : new EmailFailed(
                                life.id, email, EmailFailure.REJECTED, random.nextBoolean() ? "550" : null, now()));
    }

    private List<AddressHash> hashes(Life life) {
        return life.contact.emails().stream().map(writer.hash::ofEmail).toList();
    }

    private AddressHash someHash() {
        var hash = writer.hash.ofEmail("stranger-" + random.nextLong() + "@example.org");
        return hash;
    }

    private UnsubscribeReason someReason() {
        return random.nextBoolean()
                ? null
                : UnsubscribeReason.values()[random.nextInt(UnsubscribeReason.values().length)];
    }

    private Source source() {
        return random.nextInt(3) == 0
                ? new Source(SourceType.OTHER, word())
                : Source.of(SourceType.values()[random.nextInt(SourceType.values().length)]);
    }

    private String address() {
        return "P" + random.nextInt(1_000_000) + "@Example.org";
    }

    private String word() {
        return WORDS.get(random.nextInt(WORDS.size()));
    }

    private Provenance by() {
        return new Provenance(
                random.nextBoolean() ? RecordedEvents.OLGA : RecordedEvents.ANNA,
                Via.values()[random.nextInt(Via.values().length)],
                "c-" + random.nextInt(100),
                random.nextInt(5) == 0 ? "job-1" : null);
    }

    private static Instant now() {
        return Instant.now().truncatedTo(ChronoUnit.MICROS);
    }
}
