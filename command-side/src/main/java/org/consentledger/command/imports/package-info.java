/**
 * Imports contacts from CSV files. The encoding, the separator and the columns of a file are detected; then the file is
 * read row by row in bounded memory. Each row registers a person or updates one.
 */
@NullMarked
package org.consentledger.command.imports;

import org.jspecify.annotations.NullMarked;
