package org.consentledger.foundation.http;

import java.util.List;

/** A request whose form is wrong, field by field; answered 400. */
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
