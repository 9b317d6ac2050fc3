/**
 * The benchmarks behind the project's performance figures. Each figure has a baseline from the same run on the same
 * servers.
 */
@NullMarked
package org.consentledger.benchmarks;

import org.jspecify.annotations.NullMarked;
