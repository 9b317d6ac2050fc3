/**
 * Leases decide which process works on what. A worker claims a name for some seconds, renews the lease while it works,
 * and gives it up at the end; after a crash the lease expires, and another process takes over. Public, because jobs,
 * mails and the CRM sync work under leases.
 */
@NullMarked
package org.consentledger.foundation.lease;

import org.jspecify.annotations.NullMarked;
