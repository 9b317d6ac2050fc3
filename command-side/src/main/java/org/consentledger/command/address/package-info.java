/** Addresses that no person has, and that still must not be mailed. */
@NullMarked
package org.consentledger.command.address;

import org.jspecify.annotations.NullMarked;
