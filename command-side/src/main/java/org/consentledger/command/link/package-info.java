/**
 * The link by which a person unsubscribes: its token, the page behind it, and the POST that carries it out. Two classes
 * are public, because the mail package uses them: {@link org.consentledger.command.link.UnsubscribeLinks} makes and
 * reads links, and {@link org.consentledger.command.link.LinkUnsubscriber} opts out the target of a link.
 */
@NullMarked
package org.consentledger.command.link;

import org.jspecify.annotations.NullMarked;
