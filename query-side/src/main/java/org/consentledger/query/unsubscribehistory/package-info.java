/** One document per person: every opt-out and opt-in with its actor, time, channel and evidence. */
@NullMarked
package org.consentledger.query.unsubscribehistory;

import org.jspecify.annotations.NullMarked;
