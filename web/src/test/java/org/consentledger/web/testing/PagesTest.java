package org.consentledger.web.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.consentledger.web.WebApplication;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.test.context.ContextConfiguration;

/** Runs a test against the pages in Berlin's time, without sign-in, with {@link LedgerStandIn} behind them. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@SpringBootTest(
        classes = {WebApplication.class, OpenToEverybody.class, Browser.class},
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "spring.config.name=web",
            "server.address=127.0.0.1",
            "ledger.web.time-zone=Europe/Berlin",
            "LEDGER_ISSUER_URI=http://127.0.0.1",
            "LEDGER_WEB_CLIENT_ID=web",
            "LEDGER_WEB_CLIENT_SECRET=secret"
        })
@ContextConfiguration(initializers = LedgerStandIn.class)
public @interface PagesTest {}
