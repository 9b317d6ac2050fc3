package org.consentledger.web.person;

import java.util.UUID;
import org.consentledger.web.ledger.PersonDetail;
import org.consentledger.web.ledger.QueryApi;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ResponseStatusException;

/** Finds the person whom a form is about. */
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

    /** The address of a person in the API, or of something of theirs. */
    static String path(String id, String rest) {
        try {
            return "/api/people/" + UUID.fromString(id) + rest;
        } catch (IllegalArgumentException e) {
            throw new ResponseStatusException(HttpStatus.NOT_FOUND);
        }
    }

    /** The page of a person, which is to show a change. */
    static String page(String id, long version) {
        return "redirect:/people/" + id + "?v=" + version;
    }
}
