package org.consentledger.query.contactability;

import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.consentledger.foundation.http.Permits;
import org.consentledger.foundation.privacy.LookupHash;
import org.consentledger.kernel.person.AddressHash;
import org.consentledger.kernel.person.EmailAddress;
import org.consentledger.kernel.provenance.Role;
import org.consentledger.query.people.AddressLookup;
import org.consentledger.query.people.AddressLookup.Holder;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** Answers whether an address may be mailed, with the event that decides it. */
@RestController
class ContactabilityController {

    private final AddressLookup addresses;
    private final SuppressionProjection suppressions;
    private final LookupHash lookup;

    ContactabilityController(AddressLookup addresses, SuppressionProjection suppressions, LookupHash lookup) {
        this.addresses = addresses;
        this.suppressions = suppressions;
        this.lookup = lookup;
    }

    @PostMapping("/api/contactability")
    @Permits(Role.OPERATOR)
    Answer ask(@Valid @RequestBody Question question) {
        var hashes = new HashMap<String, AddressHash>();
        for (var email : question.emails()) {
            hashes.computeIfAbsent(EmailAddress.comparable(email), lookup::ofEmail);
        }
        // The suppressions are read first. If a person is resubscribed between the two reads, the answer is the
        // stricter
        // one.
        var suppressed = suppressions.of(hashes.values());
        var holders = addresses.holdersOf(hashes.keySet());
        var erased = addresses.erasedAmong(suppressed.values().stream()
                .map(Suppression::personId)
                .filter(Objects::nonNull)
                .toList());
        return new Answer(question.emails().stream()
                .map(email -> {
                    var comparable = EmailAddress.comparable(email);
                    var because = because(holders.get(comparable), suppressed.get(hashes.get(comparable)), erased);
                    return new Line(email, because.rule() == Rule.ALLOWED, because);
                })
                .toList());
    }

    private static Because because(@Nullable Holder holder, @Nullable Suppression suppression, Set<String> erased) {
        if (holder != null && holder.unsubscribed()) {
            return new Because(
                    Rule.UNSUBSCRIBED, holder.personId().toString(), holder.version(), holder.subscriptionPosition());
        }
        if (suppression != null) {
            var rule = suppression.personId() != null && erased.contains(suppression.personId())
                    ? Rule.ERASED
                    : Rule.SUPPRESSED;
            return new Because(rule, suppression.personId(), suppression.version(), suppression.position());
        }
        if (holder == null) {
            return new Because(Rule.UNKNOWN_ADDRESS, null, null, null);
        }
        return new Because(
                holder.authorized() ? Rule.ALLOWED : Rule.NO_AUTHORIZATION,
                holder.personId().toString(),
                holder.version(),
                holder.authorizationPosition());
    }

    /** The rule that decides about an address. */
    enum Rule {
        /** A subscribed person has the address, and a legal basis was stated. */
        ALLOWED,
        /** The person who has the address has opted out. */
        UNSUBSCRIBED,
        /** The address was opted out, and the person who did so no longer has it or was never known. */
        SUPPRESSED,
        /** As SUPPRESSED; the person who opted out has been erased since. */
        ERASED,
        /** A person has the address, but no legal basis was ever stated. */
        NO_AUTHORIZATION,
        /** The ledger has no person and no suppression for the address. */
        UNKNOWN_ADDRESS
    }

    record Question(@NotNull @Size(min = 1, max = 1000) List<@NotNull String> emails) {}

    record Answer(List<Line> results) {}

    record Line(String email, boolean allowed, Because because) {}

    record Because(
            Rule rule,
            @Nullable String personId,
            @Nullable Long version,
            @Nullable Long position) {}
}
