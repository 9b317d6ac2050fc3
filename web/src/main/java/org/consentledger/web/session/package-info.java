/** What all pages share: the signed-in user, language and theme, forms, notices and error pages. */
@NullMarked
package org.consentledger.web.session;

import org.jspecify.annotations.NullMarked;
