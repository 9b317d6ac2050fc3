package org.consentledger.command.pipeline;

import java.util.List;
import org.consentledger.command.gateway.Envelope;
import org.consentledger.command.work.Work;
import org.consentledger.kernel.provenance.Provenance;

/** Work with its envelope: who asks for it, and on what conditions. */
public record Request(Work work, Envelope envelope) {

    /** Returns requests without conditions, all with the same provenance, as a job sends them. */
    public static List<Request> all(List<? extends Work> works, Provenance provenance) {
        var envelope = Envelope.of(provenance);
        return works.stream().map(work -> new Request(work, envelope)).toList();
    }
}
