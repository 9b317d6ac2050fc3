/** The Person Detail View, and the forms about one person. */
@NullMarked
package org.consentledger.web.person;

import org.jspecify.annotations.NullMarked;
