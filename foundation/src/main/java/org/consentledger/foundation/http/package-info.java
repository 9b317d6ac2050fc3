/**
 * The HTTP manners of both sides: who may call what, how strictly a request is read, how much of it is read, and how it
 * is told that it can't be carried out.
 *
 * <p>Public is what a door needs: {@link org.consentledger.foundation.http.Permits} to say who may,
 * {@link org.consentledger.foundation.http.HttpProblem} and {@link org.consentledger.foundation.http.InvalidRequest} to
 * say no, {@link org.consentledger.foundation.http.HttpJson} to read JSON that comes by another way than a request's
 * body.
 */
@NullMarked
package org.consentledger.foundation.http;

import org.jspecify.annotations.NullMarked;
