/** The Person Detail View, and every form about one person. */
@NullMarked
package org.consentledger.web.person;

import org.jspecify.annotations.NullMarked;
