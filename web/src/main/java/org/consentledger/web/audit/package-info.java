/** Who did what: one person's time line with the past beside it, and the whole ledger's trail. */
@NullMarked
package org.consentledger.web.audit;

import org.jspecify.annotations.NullMarked;
