/**
 * Jobs: work on many people that survives restarts, can be cancelled and shows its progress. A job is a row that any
 * process may work on under a lease. It is carried out chunk by chunk, each in one transaction with its progress, so
 * that each item is carried out exactly once.
 *
 * <p>Public are the types that import and bulk operations need.
 */
@NullMarked
package org.consentledger.command.jobs;

import org.jspecify.annotations.NullMarked;
