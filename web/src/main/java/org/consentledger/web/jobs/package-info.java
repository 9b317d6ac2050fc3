/** Bulk operations and imports, as they run and as they ended. */
@NullMarked
package org.consentledger.web.jobs;

import org.jspecify.annotations.NullMarked;
