/** Files that the tests of several modules read: our own, and those of a folder outside the repository. */
@NullMarked
package org.consentledger.testdata;

import org.jspecify.annotations.NullMarked;
