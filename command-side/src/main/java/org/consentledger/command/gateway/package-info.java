/**
 * The one way in for commands: whatever door a command came through, it is handed over here with its
 * {@link org.consentledger.command.gateway.Envelope}. Public, because every feature's door uses it.
 */
@NullMarked
package org.consentledger.command.gateway;

import org.jspecify.annotations.NullMarked;
