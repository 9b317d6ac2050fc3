/** A size bound for caches. Public, because the key store and the embedded issuer use it. */
@NullMarked
package org.consentledger.foundation.caching;

import org.jspecify.annotations.NullMarked;
