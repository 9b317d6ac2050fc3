package org.consentledger.foundation.http;

import java.util.List;

/** Thrown when fields of a request have a wrong form. The response has status 400 and names the fields. */
public final class InvalidRequest extends RuntimeException {

    private final transient List<FieldProblem> problems;

    public InvalidRequest(List<FieldProblem> problems) {
        super("The request is invalid", null, false, false);
        this.problems = List.copyOf(problems);
    }

    public static InvalidRequest of(String field, String detail) {
        return new InvalidRequest(List.of(new FieldProblem(field, detail)));
    }

    public List<FieldProblem> problems() {
        return problems;
    }
}
