/** Bulk operations: one command for many people, who are named by id, selected by their codes, or all. */
@NullMarked
package org.consentledger.command.bulk;

import org.jspecify.annotations.NullMarked;
