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
 * What is wrong with one field of a request.
 *
 * @param field its path in the JSON, {@code emails[1]} for instance; empty where the whole request is meant
 * @param detail says what is expected. Never holds the value: that may be personal data
 */
public record FieldProblem(String field, String detail) {

    private static final Comparator<FieldProblem> BY_FIELD =
            Comparator.comparing(FieldProblem::field).thenComparing(FieldProblem::detail);

    /** The problems that Bean Validation found, under the names that the fields have in the JSON, in a fixed order. */
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

    /** The violation's path without what is only a matter of Java: method parameters, elements, unwrapped records. */
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
