/** Suppresses addresses that no person has. */
@NullMarked
package org.consentledger.command.address;

import org.jspecify.annotations.NullMarked;
