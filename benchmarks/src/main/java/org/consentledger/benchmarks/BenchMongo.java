package org.consentledger.benchmarks;

import de.bwaldvogel.mongo.MongoServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** The MongoDB-wire server in a process of its own, so that the ledger's memory is the ledger's. */
final class BenchMongo {

    @SuppressWarnings("FutureReturnValueIgnored") // it ends the process; nobody waits for it
    public static void main(String[] args) {
        ProcessHandle.current().parent().ifPresent(parent -> parent.onExit().thenRun(() -> System.exit(1)));
        var server = new MongoServer(new EncodedBackend());
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(args[0])));
    }

    private BenchMongo() {}
}
