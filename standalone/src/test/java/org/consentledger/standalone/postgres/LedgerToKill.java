package org.consentledger.standalone.postgres;

import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.consentledger.standalone.secrets.DataDirectory;

/** A program for {@link PostgresServerTest}: commits rows, says so, and works on until it is killed. */
final class LedgerToKill {

    private LedgerToKill() {}

    public static void main(String[] args) throws SQLException {
        var directory = DataDirectory.take(Path.of(args[0]));
        var server = PostgresServer.start(directory.postgres(), Path.of(args[1]), args[2], 0);
        try (var connection = DriverManager.getConnection(
                        server.jdbcUrl(),
                        server.owner().username(),
                        server.owner().password());
                var statement = connection.createStatement()) {
            statement.execute("create table if not exists fact (number bigint primary key)");
            for (long number = 1; ; number++) {
                statement.execute("insert into fact values (" + number + ")");
                System.out.println("recorded " + number); // the acknowledgement
            }
        }
    }
}
