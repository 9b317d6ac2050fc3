/** Makes the cells of CSV files safe for spreadsheets. Public, as both sides write or read such files. */
@NullMarked
package org.consentledger.foundation.spreadsheet;

import org.jspecify.annotations.NullMarked;
