package org.consentledger.kernel.privacy;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a record component (a {@code String} or a {@code List<String>}) that holds personal data. The serializer
 * encrypts the component with the person's key wherever the record is stored as a part of an
 * {@link org.consentledger.kernel.person.AboutPerson}. After the key is destroyed, the component reads as
 * {@link Erased}. The serializer encrypts nothing else.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.FIELD, ElementType.METHOD, ElementType.PARAMETER, ElementType.RECORD_COMPONENT})
public @interface Personal {}
