/**
 * The secrets on disk: the keys of the ledger and the first credentials. They are created once and readable by their
 * owner alone. The package is public because the bootstrap and the issuer both read them.
 */
@NullMarked
package org.consentledger.standalone.secrets;

import org.jspecify.annotations.NullMarked;
