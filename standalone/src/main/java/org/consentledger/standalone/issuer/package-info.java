/**
 * The embedded identity provider. It issues the tokens that a company's own provider issues in production, so the same
 * code secures the two sides everywhere.
 */
@NullMarked
package org.consentledger.standalone.issuer;

import org.jspecify.annotations.NullMarked;
