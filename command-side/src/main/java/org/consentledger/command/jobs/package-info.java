/**
 * Work on many people at once: restartable, cancellable, visible while it runs. A job is a row that any instance may
 * take on; Spring Batch carries it out chunk by chunk, each in one transaction with its progress, so that whatever
 * happens nothing is done twice and nothing is left out.
 *
 * <p>Public is what the two features need that have jobs: import and bulk operations.
 */
@NullMarked
package org.consentledger.command.jobs;

import org.jspecify.annotations.NullMarked;
