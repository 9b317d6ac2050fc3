package org.consentledger.command.jobs;

import java.io.IOException;
import java.util.List;

/**
 * Does the work of one {@link JobKind}. There MUST be one bean for each kind. It is called by several threads at once,
 * one for each running job.
 */
public interface Workload {

    JobKind kind();

    /**
     * Prepares a run of a job. Called once for each attempt, on the job's thread and outside of any transaction.
     *
     * @param key opens the stored parts of the job
     * @param request the work to do, as it was given to {@link NewJob}
     * @throws IOException if the stored parts can't be read; the attempt fails and the job is retried
     */
    Run<?> start(Job job, JobKey key, String request) throws IOException;

    /**
     * One attempt at a job. Each attempt MUST return the same items in the same order, because a new attempt skips as
     * many items as earlier ones have committed. {@link #skip} and {@link #next} are called on the read-ahead thread,
     * {@link #carryOut} on the job's thread; the two threads run at the same time.
     *
     * @param <I> an item: a row or a person
     */
    interface Run<I> extends AutoCloseable {

        /** Skips the items that earlier attempts have committed. Called once, before the first {@link #next}. */
        void skip(long items) throws IOException;

        /**
         * Returns the next items, at most {@code most}, and an empty list after the last one. It is called while the
         * items before are being carried out, outside of any transaction.
         */
        List<I> next(int most) throws IOException;

        /**
         * Carries items out within the current transaction, which the caller rolls back if this method throws.
         *
         * @return a result for each item, in their order
         * @throws org.axonframework.modelling.command.ConcurrencyException if another transaction has changed a person;
         *     the caller retries
         */
        List<ItemResult> carryOut(List<? extends I> items);

        @Override
        void close() throws IOException;
    }
}
