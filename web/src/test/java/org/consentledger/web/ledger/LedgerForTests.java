package org.consentledger.web.ledger;

import java.net.URI;
import org.springframework.web.client.RestClient;

/** The two sides for tests of the pages, without a signed-in user. */
public final class LedgerForTests {

    private LedgerForTests() {}

    public static QueryApi queries(URI address) {
        return new QueryApi(RestClient.create(address.toString()));
    }

    public static CommandApi commands(URI address) {
        var client = RestClient.create(address.toString());
        return new CommandApi(client, client);
    }
}
