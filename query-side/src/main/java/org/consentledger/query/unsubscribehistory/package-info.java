/** One document per person: every opt-out and every opt-in, with who, when, by which way and on what evidence. */
@NullMarked
package org.consentledger.query.unsubscribehistory;

import org.jspecify.annotations.NullMarked;
