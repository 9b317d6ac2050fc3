/**
 * What the ledger keeps for itself on disk besides the facts: its keys and the first credentials, made once, readable
 * by their owner alone. Public because the bootstrap and the issuer both read them.
 */
@NullMarked
package org.consentledger.standalone.secrets;

import org.jspecify.annotations.NullMarked;
