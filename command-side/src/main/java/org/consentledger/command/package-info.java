/** The write side: the rules that decide which facts there are, and the doors by which commands come in. */
@NullMarked
package org.consentledger.command;

import org.jspecify.annotations.NullMarked;
