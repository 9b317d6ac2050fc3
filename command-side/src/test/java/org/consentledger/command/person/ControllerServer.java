package org.consentledger.command.person;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.consentledger.foundation.http.HttpTestSlice;
import org.consentledger.foundation.http.ServerForTests;
import org.consentledger.foundation.privacy.LookupHash;
import org.consentledger.foundation.privacy.PersonKeysForTests;
import org.consentledger.foundation.store.TestLedger;
import org.consentledger.kernel.provenance.Role;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.ComponentScan.Filter;
import org.springframework.context.annotation.FilterType;
import org.springframework.web.bind.annotation.RestController;

/** All controllers for commands on a person, on a real server. A recorder stands in for the command side. */
@HttpTestSlice
@ComponentScan(
        basePackages = "org.consentledger.command.person",
        useDefaultFilters = false,
        includeFilters = @Filter(RestController.class))
@ComponentScan(
        basePackages = "org.consentledger.command.gateway",
        useDefaultFilters = false,
        includeFilters = @Filter(type = FilterType.REGEX, pattern = ".*\\.EnvelopeConfiguration"))
class ControllerServer {

    static final Instant NOW = Instant.parse("2026-11-24T09:00:00.123456Z");
    static final String TODAY = "2026-11-24";
    static final String TOMORROW = "2026-11-25";
    static final String ID = "7b1c0a2e-0000-4000-8000-000000000001";

    /** Signing takes longer than a request does. */
    private static final Map<List<Role>, String> TOKENS = new ConcurrentHashMap<>();

    private static ServerForTests running;

    /** Started once for all tests: they differ in what they send, not in what they send it to. */
    static synchronized ServerForTests server() {
        if (running == null) {
            running = ServerForTests.start(ControllerServer.class);
        }
        return running;
    }

    static RecordingDispatcher commands() {
        return server().context.getBean(RecordingDispatcher.class);
    }

    static ServerForTests.Request request(String method, String path, Role... roles) {
        var token =
                TOKENS.computeIfAbsent(List.of(roles), held -> server().issuer.token(held.toArray(Role[]::new)));
        return server().request(method, path.replace("{id}", ID)).token(token);
    }

    @Bean
    RecordingDispatcher recordingCommands() {
        return new RecordingDispatcher();
    }

    @Bean
    LookupHash lookupHash() {
        return PersonKeysForTests.lookupHash(TestLedger.SECRETS);
    }

    @Bean
    Clock clock() {
        return Clock.fixed(NOW, ZoneOffset.UTC);
    }
}
