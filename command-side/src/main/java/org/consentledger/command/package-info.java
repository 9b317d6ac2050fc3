/**
 * The write side: the rules that decide which events are recorded, and the controllers, jobs and syncs that send
 * commands.
 */
@NullMarked
package org.consentledger.command;

import org.jspecify.annotations.NullMarked;
