/**
 * Opt-outs go both ways with Salesforce. {@code SyncDecision} says who wins; {@code Pull} brings their changes here,
 * {@code Feed} notes what ours mean for them, {@code Push} writes that there, and {@code SyncWorker} has one process at
 * a time do it. What is known of their records is in the table {@code crm_record}, every decision in the journal.
 */
@NullMarked
package org.consentledger.command.crm;

import org.jspecify.annotations.NullMarked;
