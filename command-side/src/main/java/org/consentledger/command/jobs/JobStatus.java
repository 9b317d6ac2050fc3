package org.consentledger.command.jobs;

public enum JobStatus {
    QUEUED,
    RUNNING,
    COMPLETED,
    FAILED,
    CANCELLED;

    boolean ended() {
        return this == COMPLETED || this == FAILED || this == CANCELLED;
    }
}
