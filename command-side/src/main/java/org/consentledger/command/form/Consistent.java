package org.consentledger.command.form;

import jakarta.validation.Constraint;
import jakarta.validation.ConstraintValidator;
import jakarta.validation.ConstraintValidatorContext;
import jakarta.validation.Payload;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.jspecify.annotations.Nullable;

/** Requires that the {@link FieldRules} of the request hold. */
@Documented
@Constraint(validatedBy = Consistent.Check.class)
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Consistent {

    String message() default "has fields that don't fit together";

    Class<?>[] groups() default {};

    Class<? extends Payload>[] payload() default {};

    /** Reports each broken rule under its field. */
    final class Check implements ConstraintValidator<Consistent, FieldRules> {

        @Override
        public boolean isValid(@Nullable FieldRules request, ConstraintValidatorContext context) {
            if (request == null) {
                return true;
            }
            var broken = request.brokenRules();
            context.disableDefaultConstraintViolation();
            for (var rule : broken) {
                var field = context.buildConstraintViolationWithTemplate(rule.detail())
                        .addPropertyNode(rule.field());
                if (rule.index() >= 0) {
                    field.addBeanNode().inIterable().atIndex(rule.index()).addConstraintViolation();
                } else {
                    field.addConstraintViolation();
                }
            }
            return broken.isEmpty();
        }
    }
}
