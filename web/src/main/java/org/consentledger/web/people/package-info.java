/** The list of people, and what can be done with many of them at once. */
@NullMarked
package org.consentledger.web.people;

import org.jspecify.annotations.NullMarked;
