/**
 * The pages. They are a client of the two sides' HTTP APIs, with the token of whoever is signed in, and have no other
 * way to the ledger.
 */
@NullMarked
package org.consentledger.web;

import org.jspecify.annotations.NullMarked;
