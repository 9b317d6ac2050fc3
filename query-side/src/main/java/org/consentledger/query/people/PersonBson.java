package org.consentledger.query.people;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bson.Document;
import org.consentledger.kernel.person.Authorization;
import org.consentledger.kernel.person.AuthorizationType;
import org.consentledger.kernel.person.ContactData;
import org.consentledger.kernel.person.EmailAddress;
import org.consentledger.kernel.person.Evidence;
import org.consentledger.kernel.person.PersonEvent;
import org.consentledger.kernel.person.PersonEvent.AuthorizationSet;
import org.consentledger.kernel.person.PersonEvent.SourceSet;
import org.consentledger.kernel.person.PersonId;
import org.consentledger.kernel.person.Source;
import org.consentledger.kernel.person.SourceType;
import org.consentledger.kernel.person.SubscriptionStatus;
import org.consentledger.kernel.person.UnsubscribeCause;
import org.consentledger.kernel.person.UnsubscribeReason;
import org.consentledger.kernel.provenance.Via;
import org.consentledger.query.people.PersonDocument.ResubscribeRequest;
import org.consentledger.query.people.PersonDocument.StatedAuthorization;
import org.consentledger.query.people.PersonDocument.StatedSource;
import org.consentledger.query.people.PersonDocument.Subscription;
import org.consentledger.query.readmodel.Bson;
import org.consentledger.query.readmodel.DocumentShape;
import org.consentledger.query.readmodel.Recorded;
import org.jspecify.annotations.Nullable;

/** The form of a person in MongoDB: the fields of the document, and fields for searching and sorting. */
final class PersonBson implements DocumentShape<PersonDocument> {

    static final PersonBson SHAPE = new PersonBson();

    @Override
    public long version(PersonDocument document) {
        return document.version();
    }

    @Override
    public PersonDocument evolve(@Nullable PersonDocument document, Recorded<? extends PersonEvent> recorded) {
        return PersonDocument.evolve(document, recorded);
    }

    @Override
    public Document encode(PersonDocument person) {
        var contact = person.contact();
        return Bson.compact(new Document("_id", person.personId().toString())
                .append("version", person.version())
                .append("firstName", contact.firstName())
                .append("lastName", contact.lastName())
                .append("company", contact.company())
                .append("title", contact.title())
                .append("emails", contact.emails())
                .append("phones", contact.phones())
                .append("website", contact.website())
                .append("facebook", contact.facebook())
                .append("twitter", contact.twitter())
                .append("linkedin", contact.linkedin())
                .append("other", contact.other())
                .append("salesforceId", contact.salesforceId())
                .append("createdAt", Bson.text(person.createdAt()))
                .append("updatedAt", Bson.text(person.updatedAt()))
                .append("createdBy", Bson.of(person.createdBy()))
                .append("createdPosition", person.createdPosition())
                .append("authorization", encode(person.authorization()))
                .append("source", encode(person.source()))
                .append("subscription", encode(person.subscription()))
                .append("erased", person.erased())
                .append("comparableEmails", comparable(contact.emails()))
                .append("nameKey", nameKey(contact))
                .append("search", List.copyOf(SearchWords.of(contact))));
    }

    /**
     * An update of some fields for events that leave the contact data alone. Most events do, and the contact data is
     * most of the document and of its indexes.
     */
    @Override
    public Optional<Document> changes(PersonDocument before, PersonDocument after) {
        if (before.erased() != after.erased() || !before.contact().equals(after.contact())) {
            return Optional.empty();
        }
        var changes = new Document("version", after.version()).append("updatedAt", Bson.text(after.updatedAt()));
        if (!Objects.equals(before.authorization(), after.authorization())) {
            changes.append("authorization", encode(after.authorization()));
        }
        if (!before.source().equals(after.source())) {
            changes.append("source", encode(after.source()));
        }
        if (!before.subscription().equals(after.subscription())) {
            changes.append("subscription", encode(after.subscription()));
        }
        return Optional.of(Bson.compact(changes));
    }

    @Override
    public Set<Class<? extends PersonEvent>> selfContainedEvents() {
        return Set.of(AuthorizationSet.class, SourceSet.class);
    }

    @Override
    public Document changes(Recorded<? extends PersonEvent> recorded) {
        var changes = new Document("version", recorded.version()).append("updatedAt", Bson.text(recorded.recordedAt()));
        switch (recorded.event()) {
            case AuthorizationSet set ->
                changes.append("authorization", encode(StatedAuthorization.by(set.authorization(), recorded)));
            case SourceSet set -> changes.append("source", encode(StatedSource.by(set.source(), recorded)));
            default -> throw new IllegalArgumentException(recorded.event().getClass() + " is not self-contained");
        }
        return Bson.compact(changes);
    }

    @Override
    public PersonDocument decode(Document stored) {
        return new PersonDocument(
                PersonId.of(Bson.required(stored, "_id")),
                Bson.number(stored, "version"),
                new ContactData(
                        stored.getString("firstName"),
                        stored.getString("lastName"),
                        stored.getString("company"),
                        stored.getString("title"),
                        Bson.texts(stored, "emails"),
                        Bson.texts(stored, "phones"),
                        stored.getString("website"),
                        stored.getString("facebook"),
                        stored.getString("twitter"),
                        stored.getString("linkedin"),
                        stored.getString("other"),
                        stored.getString("salesforceId")),
                Bson.instant(stored, "createdAt"),
                Bson.instant(stored, "updatedAt"),
                Bson.actor(stored, "createdBy"),
                Bson.number(stored, "createdPosition"),
                decodeAuthorization(stored.get("authorization", Document.class)),
                decodeSource(stored.get("source", Document.class)),
                decodeSubscription(stored.get("subscription", Document.class)),
                stored.getBoolean("erased", false));
    }

    /** The sort key: last name and first name, or else the company, or else the first address. */
    static String nameKey(ContactData contact) {
        var names = Stream.of(contact.lastName(), contact.firstName())
                .filter(Objects::nonNull)
                .collect(Collectors.joining(" "));
        if (names.isBlank()) {
            names = Stream.of(Stream.of(contact.company()), contact.emails().stream())
                    .flatMap(values -> values)
                    .filter(Objects::nonNull)
                    .findFirst()
                    .orElse("");
        }
        return names.strip().toLowerCase(Locale.ROOT);
    }

    private static List<String> comparable(List<String> emails) {
        var comparable = new ArrayList<String>();
        emails.forEach(email -> comparable.add(EmailAddress.comparable(email)));
        return comparable;
    }

    private static @Nullable Document encode(@Nullable StatedAuthorization stated) {
        if (stated == null) {
            return null;
        }
        var authorization = stated.authorization();
        return new Document("type", authorization.type().name())
                .append("dateOfConsent", Bson.text(authorization.dateOfConsent()))
                .append("purposeOfProcessing", authorization.purposeOfProcessing())
                .append("description", authorization.description())
                .append("setAt", Bson.text(stated.setAt()))
                .append("setBy", Bson.of(stated.setBy()))
                .append("position", stated.position());
    }

    private static @Nullable StatedAuthorization decodeAuthorization(@Nullable Document stored) {
        return stored == null
                ? null
                : new StatedAuthorization(
                        new Authorization(
                                AuthorizationType.valueOf(Bson.required(stored, "type")),
                                Bson.date(stored, "dateOfConsent"),
                                stored.getString("purposeOfProcessing"),
                                stored.getString("description")),
                        Bson.instant(stored, "setAt"),
                        Bson.actor(stored, "setBy"),
                        Bson.number(stored, "position"));
    }

    private static Document encode(StatedSource stated) {
        return new Document("type", stated.source().type().name())
                .append("description", stated.source().description())
                .append("setAt", Bson.text(stated.setAt()))
                .append("setBy", Bson.of(stated.setBy()))
                .append("position", stated.position());
    }

    private static StatedSource decodeSource(Document stored) {
        return new StatedSource(
                new Source(SourceType.valueOf(Bson.required(stored, "type")), stored.getString("description")),
                Bson.instant(stored, "setAt"),
                Bson.actor(stored, "setBy"),
                Bson.number(stored, "position"));
    }

    private static Document encode(Subscription subscription) {
        var request = subscription.resubscribeRequest();
        return new Document("status", subscription.status().name())
                .append("since", Bson.text(subscription.since()))
                .append("reason", Bson.text(subscription.reason()))
                .append("comment", subscription.comment())
                .append("via", Bson.text(subscription.via()))
                .append("cause", Bson.text(subscription.cause()))
                .append("position", subscription.position())
                .append("resubscribeRequest", request == null ? null : encode(request));
    }

    private static Document encode(ResubscribeRequest request) {
        return new Document("dateOfConsent", Bson.text(request.evidence().dateOfConsent()))
                .append("purposeOfProcessing", request.evidence().purposeOfProcessing())
                .append("givenHow", request.evidence().givenHow())
                .append("reference", request.evidence().reference())
                .append("requestedAt", Bson.text(request.requestedAt()))
                .append("requestedBy", Bson.of(request.requestedBy()));
    }

    private static Subscription decodeSubscription(Document stored) {
        var request = stored.get("resubscribeRequest", Document.class);
        return new Subscription(
                SubscriptionStatus.valueOf(Bson.required(stored, "status")),
                Bson.instant(stored, "since"),
                Bson.constant(UnsubscribeReason.class, stored, "reason"),
                stored.getString("comment"),
                Bson.constant(Via.class, stored, "via"),
                Bson.constant(UnsubscribeCause.class, stored, "cause"),
                Bson.number(stored, "position"),
                request == null ? null : decodeRequest(request));
    }

    private static ResubscribeRequest decodeRequest(Document stored) {
        return new ResubscribeRequest(
                new Evidence(
                        LocalDate.parse(Bson.required(stored, "dateOfConsent")),
                        Bson.required(stored, "purposeOfProcessing"),
                        Bson.required(stored, "givenHow"),
                        stored.getString("reference")),
                Bson.instant(stored, "requestedAt"),
                Bson.actor(stored, "requestedBy"));
    }
}
