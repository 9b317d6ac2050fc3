package org.consentledger.web.planted;

import org.springframework.web.bind.annotation.ControllerAdvice;

/** Advice for controllers that other packages can call. */
@ControllerAdvice
public class PublicAdvice {}
