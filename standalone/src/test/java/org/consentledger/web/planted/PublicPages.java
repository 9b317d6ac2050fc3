package org.consentledger.web.planted;

import org.springframework.stereotype.Controller;

/** A controller that other packages can call, and that has another name. */
@Controller
public class PublicPages {}
