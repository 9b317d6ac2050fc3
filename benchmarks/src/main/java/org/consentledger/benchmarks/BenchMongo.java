package org.consentledger.benchmarks;

import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** Runs the MongoDB-wire server in a separate process, so that the ledger's memory can be measured alone. */
final class BenchMongo {

    /** The form of documents in memory. */
    enum DocumentForm {
        /** Like the standalone program. Scanning all documents is fast. */
        OBJECTS,
        /** Takes a quarter of the memory, for very many people. */
        BYTES
    }

    @SuppressWarnings("FutureReturnValueIgnored") // the future ends the process, so there is nothing to wait for
    public static void main(String[] args) {
        ProcessHandle.current().parent().ifPresent(parent -> parent.onExit().thenRun(() -> System.exit(1)));
        var form = DocumentForm.valueOf(args[1]);
        var server = new MongoServer(form == DocumentForm.BYTES ? new EncodedBackend() : new MemoryBackend());
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(args[0])));
    }

    private BenchMongo() {}
}
