/** Who did it, in which role, and by which way: what every recorded fact says of its own coming about. */
@NullMarked
package org.consentledger.kernel.provenance;

import org.jspecify.annotations.NullMarked;
