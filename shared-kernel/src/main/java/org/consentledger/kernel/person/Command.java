package org.consentledger.kernel.person;

/** A command to the ledger: about a person, or about an address that belongs to no person. */
public sealed interface Command permits PersonCommand, AddressCommand {}
