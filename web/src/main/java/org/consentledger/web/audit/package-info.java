/** One person's time line with a comparison to the past, and the audit trail of the whole ledger. */
@NullMarked
package org.consentledger.web.audit;

import org.jspecify.annotations.NullMarked;
