/** Counts for analysts, and the small facts without personal data that they are counted from. */
@NullMarked
package org.consentledger.query.reports;

import org.jspecify.annotations.NullMarked;
