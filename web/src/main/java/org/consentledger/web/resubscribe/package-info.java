/** The queue of requests to let people be e-mailed again. */
@NullMarked
package org.consentledger.web.resubscribe;

import org.jspecify.annotations.NullMarked;
