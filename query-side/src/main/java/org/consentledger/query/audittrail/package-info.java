/**
 * One document per event: the actor, the person, the time, the channel, and the previous and new value of each changed
 * field.
 */
@NullMarked
package org.consentledger.query.audittrail;

import org.jspecify.annotations.NullMarked;
