/** Counts for analysts, and the events without personal data that are counted. */
@NullMarked
package org.consentledger.query.reports;

import org.jspecify.annotations.NullMarked;
