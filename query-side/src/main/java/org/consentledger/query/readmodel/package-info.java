/**
 * What all read models stand on: facts as they were recorded, the collections that are live, the tail that follows the
 * ledger and the rebuild that starts it anew. Public, because each read model is a package of its own.
 */
@NullMarked
package org.consentledger.query.readmodel;

import org.jspecify.annotations.NullMarked;
