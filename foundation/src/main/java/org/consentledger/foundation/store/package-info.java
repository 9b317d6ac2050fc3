/**
 * The event store: the storage engine on PostgreSQL, which guarantees that no reader skips an event, and the serialised
 * form. Public, because both sides read events and the write side appends them.
 */
@NullMarked
package org.consentledger.foundation.store;

import org.jspecify.annotations.NullMarked;
