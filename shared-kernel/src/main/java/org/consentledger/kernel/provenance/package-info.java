/** The actor, role and channel that the metadata of every event records. */
@NullMarked
package org.consentledger.kernel.provenance;

import org.jspecify.annotations.NullMarked;
