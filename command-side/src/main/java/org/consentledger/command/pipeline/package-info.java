/**
 * The one way to write: {@link org.consentledger.command.pipeline.Pipeline} loads, checks, decides, appends and
 * remembers, for single commands, groups of commands, imports, bulk operations and the CRM sync.
 *
 * <p>Read in this order: {@code Pipeline}, {@code PersonAggregate} (how Axon calls it for one command),
 * {@code GroupCommit} (which commands share a transaction) and {@code PersonStore} (how people are loaded and kept).
 */
@NullMarked
package org.consentledger.command.pipeline;

import org.jspecify.annotations.NullMarked;
