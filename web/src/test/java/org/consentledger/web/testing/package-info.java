/** The pages without a ledger and an issuer, for what can't be seen with them: failures midway, and another zone. */
@NullMarked
package org.consentledger.web.testing;

import org.jspecify.annotations.NullMarked;
