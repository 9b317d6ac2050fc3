/** The list of people, and the bulk operations on them. */
@NullMarked
package org.consentledger.web.people;

import org.jspecify.annotations.NullMarked;
