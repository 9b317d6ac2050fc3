/**
 * Synchronises opt-outs with Salesforce in both directions. "Ours" and "here" mean the ledger, "theirs" and "there"
 * mean Salesforce.
 *
 * <p>{@code Feed} reads the events of the ledger and schedules writes, {@code Push} writes them to Salesforce, and
 * {@code Pull} reads the changes of Salesforce and applies them to the ledger. {@code SyncDecision} decides which side
 * wins. {@code Sync} runs all three in one process at a time, and {@code SyncWorker} polls it. The state of each record
 * is in the table {@code crm_record}, and every decision is in the journal.
 */
@NullMarked
package org.consentledger.command.crm;

import org.jspecify.annotations.NullMarked;
