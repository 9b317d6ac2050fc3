/**
 * The whole ledger in one process. It starts the stores and the identity provider that a company runs elsewhere, then
 * both sides and the pages.
 */
@NullMarked
package org.consentledger.standalone;

import org.jspecify.annotations.NullMarked;
