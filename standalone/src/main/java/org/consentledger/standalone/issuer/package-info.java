/**
 * The embedded identity provider: it hands out the tokens that a company's own provider hands out in production, so
 * that the two sides are secured by the same code everywhere.
 */
@NullMarked
package org.consentledger.standalone.issuer;

import org.jspecify.annotations.NullMarked;
