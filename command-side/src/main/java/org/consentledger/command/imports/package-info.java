/**
 * Contacts from files. A file is read for its encoding, its separator and its columns, then row by row, in bounded
 * memory; each row is one person, registered or brought up to date.
 */
@NullMarked
package org.consentledger.command.imports;

import org.jspecify.annotations.NullMarked;
