package org.consentledger.command.jobs;

import java.io.IOException;
import java.util.List;

/** What the jobs of one kind do. */
public interface Workload {

    JobKind kind();

    /**
     * Gets ready to work on a job.
     *
     * @param key opens what is kept of the job
     * @param request what is to be done, as it was given to {@link NewJob}
     */
    Run<?> start(Job job, JobKey key, String request) throws IOException;

    /**
     * One go at a job: the same items in the same order each time.
     *
     * @param <I> what is carried out one by one
     */
    interface Run<I> extends AutoCloseable {

        /** Steps over the items that earlier goes have done. */
        void skip(long items) throws IOException;

        /**
         * The next items, at most so many, and none after the last one. They are asked for while the items before them
         * are carried out, outside any transaction: what is read about people here may be behind when their turn comes.
         */
        List<I> next(int most) throws IOException;

        /**
         * Carries some items out within the transaction at hand; there is a result for each, in their order.
         *
         * @param anew whether what was read ahead must be forgotten, as somebody was faster
         */
        List<ItemResult> carryOut(List<? extends I> items, boolean anew);

        @Override
        void close() throws IOException;
    }
}
