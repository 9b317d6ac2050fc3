/** Running and finished bulk operations and imports. */
@NullMarked
package org.consentledger.web.jobs;

import org.jspecify.annotations.NullMarked;
