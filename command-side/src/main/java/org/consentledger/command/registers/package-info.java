/**
 * What the write side must know across people, by keyed hash: who has an address, and which addresses are suppressed.
 * It is derived from the events and kept in their very transactions, so it is never behind. Public, because the rules
 * of a person are asked with it.
 */
@NullMarked
package org.consentledger.command.registers;

import org.jspecify.annotations.NullMarked;
