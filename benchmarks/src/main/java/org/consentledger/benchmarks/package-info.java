/** Every speed figure that the project claims, each beside its baseline in the same run on the same servers. */
@NullMarked
package org.consentledger.benchmarks;

import org.jspecify.annotations.NullMarked;
