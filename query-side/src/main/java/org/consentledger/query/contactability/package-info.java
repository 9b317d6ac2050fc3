/** Whether an address may be mailed, and because of which fact. */
@NullMarked
package org.consentledger.query.contactability;

import org.jspecify.annotations.NullMarked;
