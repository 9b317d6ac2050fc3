/**
 * The commands and events about a person.
 *
 * <p>{@link org.consentledger.kernel.person.PersonCommand} lists the commands,
 * {@link org.consentledger.kernel.person.PersonEvent} and {@link org.consentledger.kernel.person.AddressEvent} the
 * events. All are sealed, so these files are the whole contract. Events are stored for ever: add event types, and never
 * edit one.
 *
 * <p>This package is plain Java. It must not import Spring or a database API.
 */
@NullMarked
package org.consentledger.kernel.person;

import org.jspecify.annotations.NullMarked;
