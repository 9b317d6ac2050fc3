/**
 * The ledger as the pages see it: two clients, one for commands and one for queries, and the shapes of what they
 * answer.
 */
@NullMarked
package org.consentledger.web.ledger;

import org.jspecify.annotations.NullMarked;
