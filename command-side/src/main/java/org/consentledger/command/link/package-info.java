/**
 * The link by which a person unsubscribes: what it is made of, the page behind it, and the POST that carries it out.
 * Public are only {@link org.consentledger.command.link.UnsubscribeLinks}, which whoever writes to a person asks for
 * it.
 */
@NullMarked
package org.consentledger.command.link;

import org.jspecify.annotations.NullMarked;
