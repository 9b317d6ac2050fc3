/** The marker for the components of a message that hold personal data. */
@NullMarked
package org.consentledger.kernel.privacy;

import org.jspecify.annotations.NullMarked;
