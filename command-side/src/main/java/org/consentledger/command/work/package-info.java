/** What the write pipeline carries out: a command, or commands that follow from contact data. */
@NullMarked
package org.consentledger.command.work;

import org.jspecify.annotations.NullMarked;
