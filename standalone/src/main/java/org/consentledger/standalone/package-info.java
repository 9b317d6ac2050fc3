/**
 * Everything in one process: the stores and the issuer that a company has elsewhere are started here, then both sides.
 */
@NullMarked
package org.consentledger.standalone;

import org.jspecify.annotations.NullMarked;
