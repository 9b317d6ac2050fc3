/**
 * The HTTP conventions of both sides: access by role, strict reading of requests, size and rate limits, and problem
 * responses.
 *
 * <p>Public are the types that controllers need: {@link org.consentledger.foundation.http.Permits} for access,
 * {@link org.consentledger.foundation.http.HttpProblem} and {@link org.consentledger.foundation.http.InvalidRequest}
 * for refusals, {@link org.consentledger.foundation.http.HttpJson} for JSON outside of a request's body.
 */
@NullMarked
package org.consentledger.foundation.http;

import org.jspecify.annotations.NullMarked;
