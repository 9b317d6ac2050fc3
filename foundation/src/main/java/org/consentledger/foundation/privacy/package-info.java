/**
 * One key for each person: whatever is personal is stored encrypted with it, and erased with it. Public, because the
 * store encrypts, the write side makes and destroys keys, and the read side must know when one is gone.
 */
@NullMarked
package org.consentledger.foundation.privacy;

import org.jspecify.annotations.NullMarked;
