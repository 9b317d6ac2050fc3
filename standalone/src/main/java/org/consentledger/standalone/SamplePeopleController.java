package org.consentledger.standalone;

import org.consentledger.command.gateway.Envelope;
import org.consentledger.foundation.http.HttpProblem;
import org.consentledger.foundation.http.Permits;
import org.consentledger.kernel.provenance.Role;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/**
 * Offers sample people over HTTP. Only the standalone program has this controller; a production ledger has no use for
 * them.
 */
@RestController
@RequestMapping(path = "/api/sample-people", produces = MediaType.APPLICATION_JSON_VALUE)
class SamplePeopleController {

    private final SamplePeople sample;

    SamplePeopleController(SamplePeople sample) {
        this.sample = sample;
    }

    record Offer(boolean offered) {}

    record Added(int people, String personId, long version) {}

    /** Tells whether sample people can be added, that is, whether the ledger is empty. */
    @Permits(Role.OPERATOR)
    @GetMapping
    Offer offer() {
        return new Offer(sample.isLedgerEmpty());
    }

    @Permits(Role.OPERATOR)
    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    Added add(Envelope envelope) {
        return sample.add(envelope.provenance())
                .map(added -> new Added(added.people(), added.personId().toString(), added.version()))
                .orElseThrow(() -> new HttpProblem(
                        HttpStatus.CONFLICT, "ledger-not-empty", "Sample people are for an empty ledger only."));
    }
}
