package org.consentledger.query.people;

import org.consentledger.foundation.http.Permits;
import org.consentledger.kernel.person.CommandRejected;
import org.consentledger.kernel.person.CommandRejected.Rule;
import org.consentledger.kernel.person.PersonId;
import org.consentledger.kernel.provenance.Role;
import org.consentledger.query.people.PersonView.ComplianceCard;
import org.consentledger.query.readmodel.Freshness;
import org.consentledger.query.readmodel.Parameters;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Shows one person, whole or as a compliance card, as of now or as of an instant. */
@RestController
@RequestMapping("/api/people/{id}")
class PersonController {

    private final PeopleProjection people;

    PersonController(PeopleProjection people) {
        this.people = people;
    }

    @GetMapping
    @Permits({Role.OPERATOR, Role.AUDITOR})
    ResponseEntity<PersonView> show(
            @PathVariable PersonId id,
            @RequestParam(required = false) @Nullable String asOf,
            @RequestParam(required = false) @Nullable String minVersion) {
        var person = find(id, asOf, minVersion);
        return ResponseEntity.ok().eTag(Long.toString(person.version())).body(PersonView.of(person));
    }

    @GetMapping("/compliance-card")
    @Permits({Role.OPERATOR, Role.AUDITOR, Role.ANALYST})
    ResponseEntity<ComplianceCard> showCard(
            @PathVariable PersonId id,
            @RequestParam(required = false) @Nullable String asOf,
            @RequestParam(required = false) @Nullable String minVersion) {
        var person = find(id, asOf, minVersion);
        return ResponseEntity.ok()
                .eTag(Long.toString(person.version()))
                .body(PersonView.of(person).card());
    }

    /** A past state is read from the ledger, so it never lags behind. */
    private PersonDocument find(PersonId id, @Nullable String asOf, @Nullable String minVersion) {
        var instant = Parameters.instant("asOf", asOf);
        var person = instant == null
                ? Freshness.atLeast(minVersion, () -> people.find(id), PersonDocument::version)
                : people.asOf(id, instant);
        return person.orElseThrow(() -> instant == null
                ? CommandRejected.unknownPerson()
                : new CommandRejected(Rule.UNKNOWN_PERSON, "There was no such person at that instant"));
    }
}
