/**
 * The web pages. They are a client of the HTTP APIs of both sides, with the token of the signed-in user, and have no
 * other access to the ledger.
 */
@NullMarked
package org.consentledger.web;

import org.jspecify.annotations.NullMarked;
