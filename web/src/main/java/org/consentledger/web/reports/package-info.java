/** Counts for analysts, as charts, tables and CSV. */
@NullMarked
package org.consentledger.web.reports;

import org.jspecify.annotations.NullMarked;
