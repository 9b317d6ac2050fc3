/** The query side with a ledger to read: real PostgreSQL, the in-memory MongoDB-wire server, tokens by word. */
package org.consentledger.query.testing;
