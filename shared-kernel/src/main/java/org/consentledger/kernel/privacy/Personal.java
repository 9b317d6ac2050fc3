package org.consentledger.kernel.privacy;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a record component (a {@code String} or a {@code List<String>}) that holds personal data. Wherever the record
 * is stored as a part of something about a person, the component is encrypted with that person's key; once the key is
 * destroyed it reads as {@link Erased}. Nothing else in the code encrypts.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.FIELD, ElementType.METHOD, ElementType.PARAMETER, ElementType.RECORD_COMPONENT})
public @interface Personal {}
