package org.consentledger.foundation.http;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.consentledger.kernel.provenance.Role;

/**
 * Says who may call a route under {@code /api}: whoever has one of the roles. An admin is an operator too. A route
 * without it may be called by nobody, and the application refuses to start with one.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Permits {

    Role[] value();
}
