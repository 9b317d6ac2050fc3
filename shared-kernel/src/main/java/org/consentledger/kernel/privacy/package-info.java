/** How a message says which of its components are personal data. */
@NullMarked
package org.consentledger.kernel.privacy;

import org.jspecify.annotations.NullMarked;
