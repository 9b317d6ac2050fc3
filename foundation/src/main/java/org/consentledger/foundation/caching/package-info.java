/** What is remembered for a while. Public, because the store remembers keys, and the embedded issuer sessions. */
@NullMarked
package org.consentledger.foundation.caching;

import org.jspecify.annotations.NullMarked;
