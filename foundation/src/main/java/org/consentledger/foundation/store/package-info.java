/**
 * How facts are kept: the engine on PostgreSQL, its promise that no reader skips an event, and the serialised form.
 * Public, because both sides read and one of them writes.
 */
@NullMarked
package org.consentledger.foundation.store;

import org.jspecify.annotations.NullMarked;
