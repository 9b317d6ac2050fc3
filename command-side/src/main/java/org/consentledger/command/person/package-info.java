/**
 * The write side of a person: the rules ({@code Person}), their Axon shell ({@code PersonAggregate}), the chunk path
 * for many people at once ({@code ChunkHandler}, public for import and bulk, as are the {@code KnownPeople} whom they
 * bring along) and the HTTP doors. Read them in that order.
 */
@NullMarked
package org.consentledger.command.person;

import org.jspecify.annotations.NullMarked;
