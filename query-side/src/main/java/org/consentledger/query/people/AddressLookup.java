package org.consentledger.query.people;

import com.mongodb.client.model.Filters;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.consentledger.kernel.person.PersonId;
import org.consentledger.query.readmodel.Bson;
import org.consentledger.query.readmodel.LiveCollections;
import org.springframework.stereotype.Component;

/** Finds the people who have an address, for other read models. The class is public for that reason alone. */
@Component
public class AddressLookup {

    private final LiveCollections collections;

    AddressLookup(LiveCollections collections) {
        this.collections = collections;
    }

    /**
     * The data of the person who has an address that decide whether it may be mailed.
     *
     * @param subscriptionPosition the position of the event that set the subscription
     * @param authorized whether a legal basis was ever stated
     * @param authorizationPosition the position of the event that stated it; without one, that of the registration
     */
    public record Holder(
            PersonId personId,
            long version,
            boolean unsubscribed,
            long subscriptionPosition,
            boolean authorized,
            long authorizationPosition) {

        private static Holder of(PersonDocument person) {
            var authorization = person.authorization();
            return new Holder(
                    person.personId(),
                    person.version(),
                    person.subscription().isUnsubscribed(),
                    person.subscription().position(),
                    authorization != null,
                    authorization == null ? person.createdPosition() : authorization.position());
        }
    }

    /**
     * The holders of the given addresses. Both the addresses and the keys of the answer are in their comparable form.
     */
    public Map<String, Holder> holdersOf(Set<String> comparableEmails) {
        var holders = new HashMap<String, Holder>();
        for (var stored :
                collections.readable(PeopleProjection.NAME).find(Filters.in("comparableEmails", comparableEmails))) {
            var holder = Holder.of(PersonBson.SHAPE.decode(stored));
            for (var email : Bson.texts(stored, "comparableEmails")) {
                if (comparableEmails.contains(email)) {
                    holders.put(email, holder);
                }
            }
        }
        return holders;
    }

    /** The people among the given ones who have been erased. */
    public Set<String> erasedAmong(Collection<String> people) {
        var erased = new HashSet<String>();
        for (var stored : collections
                .readable(PeopleProjection.NAME)
                .find(Filters.and(Filters.in("_id", people), Filters.eq("erased", true)))) {
            erased.add(Bson.required(stored, "_id"));
        }
        return erased;
    }
}
