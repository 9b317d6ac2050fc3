/**
 * One document per person: the Person Detail View, the compliance card, the list of people and the export, now or as of
 * any past instant.
 */
@NullMarked
package org.consentledger.query.people;

import org.jspecify.annotations.NullMarked;
