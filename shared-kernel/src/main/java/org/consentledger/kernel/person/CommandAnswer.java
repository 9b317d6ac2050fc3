package org.consentledger.kernel.person;

/**
 * What a person looks like after a command.
 *
 * @param version the number of events of the person so far; unmoved where the command said the same again
 */
public record CommandAnswer(PersonId personId, long version) {}
