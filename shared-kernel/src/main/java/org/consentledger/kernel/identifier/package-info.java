/** How new things get their names. */
@NullMarked
package org.consentledger.kernel.identifier;

import org.jspecify.annotations.NullMarked;
