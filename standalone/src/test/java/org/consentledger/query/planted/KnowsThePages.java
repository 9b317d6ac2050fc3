package org.consentledger.query.planted;

import org.consentledger.web.WebApplication;

/** A side that depends on one of its own clients. */
class KnowsThePages {

    WebApplication pages;
}
