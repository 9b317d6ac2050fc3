package org.consentledger.web.person;

import java.util.UUID;
import org.consentledger.web.ledger.PersonDetail;
import org.consentledger.web.ledger.QueryApi;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ResponseStatusException;

/** Loads the person of a form. */
@Component
class PersonLoader {

    private final QueryApi queries;

    PersonLoader(QueryApi queries) {
        this.queries = queries;
    }

    PersonDetail find(String id) {
        var person = queries.get(path(id, ""), PersonDetail.class);
        if (person.erased()) {
            throw new ResponseStatusException(HttpStatus.GONE);
        }
        return person;
    }

    /** The path of a person, or of a sub-resource, in the API. */
    static String path(String id, String rest) {
        try {
            return "/api/people/" + UUID.fromString(id) + rest;
        } catch (IllegalArgumentException e) {
            throw new ResponseStatusException(HttpStatus.NOT_FOUND);
        }
    }

    /** The redirect to the page of a person, which has to show at least this version. */
    static String page(String id, long version) {
        return "redirect:/people/" + id + "?v=" + version;
    }
}
