/**
 * Runs PostgreSQL as a child process on a permanent data directory. Only the server is public; the bootstrap starts and
 * stops it.
 */
@NullMarked
package org.consentledger.standalone.postgres;

import org.jspecify.annotations.NullMarked;
