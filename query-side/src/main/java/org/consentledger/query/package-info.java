/** The query side as a program of its own. */
@NullMarked
package org.consentledger.query;

import org.jspecify.annotations.NullMarked;
