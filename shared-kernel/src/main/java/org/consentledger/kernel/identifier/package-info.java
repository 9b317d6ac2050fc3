/** The generator of new identifiers. */
@NullMarked
package org.consentledger.kernel.identifier;

import org.jspecify.annotations.NullMarked;
