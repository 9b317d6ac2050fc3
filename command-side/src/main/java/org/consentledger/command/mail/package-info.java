/**
 * Sends e-mails with an unsubscribe link. The rules accept a mail, the outbox keeps it, and the dispatcher hands it to
 * a mail server at most once and records the outcome. The package also processes the bounces and complaints about
 * mails.
 */
@NullMarked
package org.consentledger.command.mail;

import org.jspecify.annotations.NullMarked;
