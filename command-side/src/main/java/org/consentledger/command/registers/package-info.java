/**
 * The registers hold what the write side must know across people, by keyed hash: the holder of each address and
 * Salesforce id, and the suppressed addresses. They are derived from the events and updated in the same transaction, so
 * they are never behind. Public, because the rules of a person need them.
 */
@NullMarked
package org.consentledger.command.registers;

import org.jspecify.annotations.NullMarked;
