package org.consentledger.query.contactability;

import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;
import org.consentledger.foundation.http.Permits;
import org.consentledger.foundation.privacy.LookupHash;
import org.consentledger.kernel.person.AddressHash;
import org.consentledger.kernel.provenance.Role;
import org.consentledger.query.contactability.Contactability.Decision;
import org.consentledger.query.contactability.Contactability.Rule;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** Answers whether addresses may be mailed, with the event that decides it. */
@RestController
class ContactabilityController {

    private final Contactability contactability;
    private final LookupHash lookup;

    ContactabilityController(Contactability contactability, LookupHash lookup) {
        this.contactability = contactability;
        this.lookup = lookup;
    }

    @PostMapping("/api/contactability")
    @Permits(Role.OPERATOR)
    Answer ask(@Valid @RequestBody Question question) {
        var hashes = new HashMap<String, AddressHash>();
        question.emails().forEach(email -> hashes.computeIfAbsent(email, lookup::ofEmail));
        var decisions = contactability.of(hashes.values());
        return new Answer(question.emails().stream()
                .map(email -> Line.of(email, Objects.requireNonNull(decisions.get(hashes.get(email)))))
                .toList());
    }

    record Question(@NotNull @Size(min = 1, max = 1000) List<@NotNull String> emails) {}

    record Answer(List<Line> results) {}

    record Line(String email, boolean allowed, Decision because) {

        static Line of(String email, Decision decision) {
            return new Line(email, decision.rule() == Rule.ALLOWED, decision);
        }
    }
}
