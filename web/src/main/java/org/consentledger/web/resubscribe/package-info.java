/** The queue of resubscribe requests. */
@NullMarked
package org.consentledger.web.resubscribe;

import org.jspecify.annotations.NullMarked;
