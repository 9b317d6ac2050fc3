package org.consentledger.benchmarks;

import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** The MongoDB-wire server in a process of its own, so that the ledger's memory is the ledger's. */
final class BenchMongo {

    /** How documents are kept in memory. */
    enum Keeping {
        /** As the standalone program does it. Looking through all of them is quick. */
        OBJECTS,
        /** In a quarter of the memory, for very many people. */
        BYTES
    }

    @SuppressWarnings("FutureReturnValueIgnored") // it ends the process; nobody waits for it
    public static void main(String[] args) {
        ProcessHandle.current().parent().ifPresent(parent -> parent.onExit().thenRun(() -> System.exit(1)));
        var keeping = Keeping.valueOf(args[1]);
        var server = new MongoServer(keeping == Keeping.BYTES ? new EncodedBackend() : new MemoryBackend());
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(args[0])));
    }

    private BenchMongo() {}
}
