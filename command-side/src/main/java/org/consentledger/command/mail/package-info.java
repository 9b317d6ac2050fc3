/**
 * E-mails from the ledger, each with the unsubscribe link: accepted by the rules, kept in an outbox, handed to a mail
 * server once at most, and with their outcome recorded. Also what comes back of them: bounces and complaints.
 */
@NullMarked
package org.consentledger.command.mail;

import org.jspecify.annotations.NullMarked;
