/** One command for many people: those who are named, all, or those who stand in a certain way. */
@NullMarked
package org.consentledger.command.bulk;

import org.jspecify.annotations.NullMarked;
