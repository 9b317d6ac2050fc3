package org.consentledger.standalone;

import org.consentledger.standalone.secrets.DataDirectory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.stereotype.Component;

/** Logs the address of the ledger and the file with its first users and clients. */
@Component
class ReadyMessage implements ApplicationListener<ApplicationReadyEvent> {

    private static final Logger LOG = LoggerFactory.getLogger(ReadyMessage.class);

    private final DataDirectory directory;

    ReadyMessage(DataDirectory directory) {
        this.directory = directory;
    }

    @Override
    public void onApplicationEvent(ApplicationReadyEvent ready) {
        var environment = ready.getApplicationContext().getEnvironment();
        LOG.info(
                "Consent Ledger is ready on http://{}:{}; its users and clients are in {}",
                environment.getProperty("server.address", "127.0.0.1"),
                environment.getProperty("local.server.port"),
                directory.credentials());
    }
}
