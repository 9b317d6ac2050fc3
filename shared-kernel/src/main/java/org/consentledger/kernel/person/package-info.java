/**
 * Everything that can be asked about a person and everything that can happen to one.
 *
 * <p>{@link org.consentledger.kernel.person.PersonCommand} lists the requests,
 * {@link org.consentledger.kernel.person.PersonEvent} and {@link org.consentledger.kernel.person.AddressEvent} the
 * facts. All are sealed: reading these files is reading the whole contract. Facts are stored for ever, so an event is
 * only ever added, never edited.
 *
 * <p>Plain Java by rule: no Spring and no database may be named here.
 */
@NullMarked
package org.consentledger.kernel.person;

import org.jspecify.annotations.NullMarked;
