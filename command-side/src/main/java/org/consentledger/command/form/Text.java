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

/**
 * Requires a text that can be stored and returned unchanged. All Unicode characters are allowed; half a surrogate pair
 * is not a character and has no form in UTF-8.
 */
@Documented
@Constraint(validatedBy = Text.Check.class)
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.FIELD, ElementType.METHOD, ElementType.PARAMETER, ElementType.TYPE_USE})
public @interface Text {

    /** The maximum number of characters. An emoji counts as one, though Java counts two. */
    int max();

    /** Whether the text must not be blank. */
    boolean filled() default false;

    String message() default "is not an acceptable text";

    Class<?>[] groups() default {};

    Class<? extends Payload>[] payload() default {};

    /** Reports the first constraint that a text breaks. */
    final class Check implements ConstraintValidator<Text, String> {

        private int max;
        private boolean filled;

        @Override
        public void initialize(Text text) {
            max = text.max();
            filled = text.filled();
        }

        @Override
        public boolean isValid(@Nullable String text, ConstraintValidatorContext context) {
            var wrong = text == null ? null : violation(text);
            if (wrong == null) {
                return true;
            }
            context.disableDefaultConstraintViolation();
            context.buildConstraintViolationWithTemplate(wrong).addConstraintViolation();
            return false;
        }

        private @Nullable String violation(String text) {
            if (filled && text.isBlank()) {
                return "must not be blank";
            }
            if (text.codePointCount(0, text.length()) > max) {
                return "must have at most " + max + " characters";
            }
            return Texts.isWellFormed(text) ? null : "must be well-formed Unicode";
        }
    }
}
