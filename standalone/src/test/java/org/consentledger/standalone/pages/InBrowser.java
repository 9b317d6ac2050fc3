package org.consentledger.standalone.pages;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * On tests of the pages: they are given the {@link Site}, and what a test opens is closed after it. One class of them
 * runs at a time, because they share a browser; tests of other kinds run meanwhile.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(Site.Given.class)
@ResourceLock("browser")
@Timeout(180)
@interface InBrowser {}
