/** Whether an address may be mailed, and the event that decides it. */
@NullMarked
package org.consentledger.query.contactability;

import org.jspecify.annotations.NullMarked;
