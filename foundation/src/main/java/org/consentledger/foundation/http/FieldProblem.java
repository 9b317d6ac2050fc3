package org.consentledger.foundation.http;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.ElementKind;
import jakarta.validation.Path;
import java.lang.reflect.RecordComponent;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An error in one field of a request.
 *
 * @param field the field's path in the JSON, for example {@code emails[1]}; empty for the whole request
 * @param detail the expectation that the field doesn't meet. It never holds the value, which may be personal data
 */
public record FieldProblem(String field, String detail) {

    private static final Comparator<FieldProblem> BY_FIELD =
            Comparator.comparing(FieldProblem::field).thenComparing(FieldProblem::detail);

    /** Converts the violations that Bean Validation found to problems with the fields' JSON names, in a fixed order. */
    public static List<FieldProblem> of(Collection<? extends ConstraintViolation<?>> violations) {
        return violations.stream()
                .map(violation -> new FieldProblem(fieldOf(violation), violation.getMessage()))
                .distinct()
                .sorted(BY_FIELD)
                .toList();
    }

    static List<FieldProblem> sorted(Collection<FieldProblem> problems) {
        return problems.stream().distinct().sorted(BY_FIELD).toList();
    }

    /**
     * Returns the violation's path as the JSON has it, without the parts that only Java has: method parameters,
     * elements and unwrapped records.
     */
    static String fieldOf(ConstraintViolation<?> violation) {
        var field = new StringBuilder();
        @Nullable Class<?> within = violation.getRootBeanClass();
        for (Path.Node node : violation.getPropertyPath()) {
            if (node.getIndex() != null) {
                field.append('[').append(node.getIndex()).append(']');
            }
            if (node.getKind() != ElementKind.PROPERTY || node.getName() == null) {
                continue;
            }
            var component = componentOf(within, node.getName());
            within = component == null ? null : component.getType();
            if (component == null || !component.getAccessor().isAnnotationPresent(JsonUnwrapped.class)) {
                field.append(field.isEmpty() ? "" : ".").append(node.getName());
            }
        }
        return field.toString();
    }

    private static @Nullable RecordComponent componentOf(@Nullable Class<?> type, String name) {
        if (type != null && type.isRecord()) {
            for (var component : type.getRecordComponents()) {
                if (component.getName().equals(name)) {
                    return component;
                }
            }
        }
        return null;
    }
}
