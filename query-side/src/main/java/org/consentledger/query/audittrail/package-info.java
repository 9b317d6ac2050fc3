/** One document per event: who did what to whom, when, by which way, and what it changed from what to what. */
@NullMarked
package org.consentledger.query.audittrail;

import org.jspecify.annotations.NullMarked;
