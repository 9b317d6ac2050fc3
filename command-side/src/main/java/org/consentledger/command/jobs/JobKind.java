package org.consentledger.command.jobs;

import org.consentledger.kernel.provenance.Via;

/** The kinds of jobs. */
public enum JobKind {
    IMPORT(Via.IMPORT, "/api/imports"),
    BULK(Via.BULK, "/api/bulk-operations");

    private final Via via;
    private final String path;

    JobKind(Via via, String path) {
        this.via = via;
        this.path = path;
    }

    Via via() {
        return via;
    }

    String path() {
        return path;
    }
}
