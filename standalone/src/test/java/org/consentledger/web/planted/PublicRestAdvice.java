package org.consentledger.web.planted;

import org.springframework.web.bind.annotation.RestControllerAdvice;

/** The same for the API. */
@RestControllerAdvice
public class PublicRestAdvice {}
