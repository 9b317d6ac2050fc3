/**
 * Validates the form of requests before any rule is checked, in the same way for single requests, rows of an import and
 * bulk operations. Public, because these features have packages of their own. All of them let the application's
 * {@link jakarta.validation.Validator} check the records, and {@link org.consentledger.foundation.http.FieldProblem#of}
 * name the fields.
 */
@NullMarked
package org.consentledger.command.form;

import org.jspecify.annotations.NullMarked;
