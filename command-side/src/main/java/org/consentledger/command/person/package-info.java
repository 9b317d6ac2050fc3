/**
 * The write side of a person. Read in this order: the rules ({@code Person}), their connection to Axon
 * ({@code PersonAggregate}), the transactions with many people ({@code ChunkHandler}), the group commit of single
 * commands ({@code GroupCommit}) and the HTTP controllers. {@code ChunkHandler} and its types are public for imports,
 * bulk operations and the CRM sync.
 */
@NullMarked
package org.consentledger.command.person;

import org.jspecify.annotations.NullMarked;
