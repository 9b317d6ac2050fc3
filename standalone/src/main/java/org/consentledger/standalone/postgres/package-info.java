/**
 * PostgreSQL's own programs, run as a child of the ledger on a data directory that stays. Public is only the server;
 * the bootstrap starts and stops it.
 */
@NullMarked
package org.consentledger.standalone.postgres;

import org.jspecify.annotations.NullMarked;
