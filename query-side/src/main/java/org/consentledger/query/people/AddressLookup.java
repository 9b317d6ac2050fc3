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

/** Answers other read models who has an address and what speaks for mailing it. Public for that alone. */
@Component
public class AddressLookup {

    private final LiveCollections collections;

    AddressLookup(LiveCollections collections) {
        this.collections = collections;
    }

    /**
     * What is known of somebody who has an address.
     *
     * @param subscriptionPosition the fact that made the subscription what it is
     * @param authorized whether there is a legal basis at all
     * @param authorizationPosition the fact that stated it; without one, that of the registration
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

    /** Who has which of the addresses, given and answered in their comparable form. */
    public Map<String, Holder> holdersOf(Set<String> comparableEmails) {
        var holders = new HashMap<String, Holder>();
        for (var stored : collections.readable(PeopleProjection.NAME).find(Filters.in("comparableEmails", comparableEmails))) {
            var holder = Holder.of(PersonBson.SHAPE.decode(stored));
            for (var email : Bson.texts(stored, "comparableEmails")) {
                if (comparableEmails.contains(email)) {
                    holders.put(email, holder);
                }
            }
        }
        return holders;
    }

    /** Which of the people have been erased. */
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
