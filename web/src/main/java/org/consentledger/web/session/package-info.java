/**
 * What all pages have in common: who is signed in, language and looks, forms, notices, and what is shown when something
 * fails.
 */
@NullMarked
package org.consentledger.web.session;

import org.jspecify.annotations.NullMarked;
