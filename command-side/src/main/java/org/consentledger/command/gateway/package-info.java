/**
 * Dispatches commands: every controller, job and background task of the write side hands its commands to
 * {@link org.consentledger.command.gateway.CommandDispatcher} with an
 * {@link org.consentledger.command.gateway.Envelope}, or many at once to the write pipeline. Public, because the
 * packages of all features use it.
 */
@NullMarked
package org.consentledger.command.gateway;

import org.jspecify.annotations.NullMarked;
