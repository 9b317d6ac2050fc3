/** The import of contact files: upload, preview and start. */
@NullMarked
package org.consentledger.web.imports;

import org.jspecify.annotations.NullMarked;
