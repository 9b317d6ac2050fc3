package org.consentledger.foundation.http;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.consentledger.kernel.provenance.Role;

/**
 * Permits a route under {@code /api} to callers with one of the given roles. An admin is an operator too. Every such
 * route MUST have this annotation: {@link PermitsCheck} refuses to start the application otherwise.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Permits {

    Role[] value();
}
