/**
 * The framework that all read models share: recorded events, live collections, event handlers, the batches of
 * documents, the rebuild and the dead letters. The types are public because each read model has a package of its own.
 */
@NullMarked
package org.consentledger.query.readmodel;

import org.jspecify.annotations.NullMarked;
