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
import org.consentledger.kernel.person.EmailAddress;
import org.jspecify.annotations.Nullable;

/** Requires the form of an e-mail address, without regard to white space around it. */
@Documented
@Constraint(validatedBy = MailAddress.Check.class)
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.FIELD, ElementType.METHOD, ElementType.PARAMETER, ElementType.TYPE_USE})
public @interface MailAddress {

    String message() default "must be an e-mail address";

    Class<?>[] groups() default {};

    Class<? extends Payload>[] payload() default {};

    final class Check implements ConstraintValidator<MailAddress, String> {

        @Override
        public boolean isValid(@Nullable String address, ConstraintValidatorContext context) {
            return address == null || (EmailAddress.isWellFormed(address) && Texts.isWellFormed(address));
        }
    }
}
