/**
 * What a request must look like before any rule is asked: the same for a single request, a row of an import and a bulk
 * operation. Public, because each of these has its door in a package of its own; all let the application's
 * {@link jakarta.validation.Validator} check the records, and {@link org.consentledger.foundation.http.FieldProblem#of}
 * name the fields.
 */
@NullMarked
package org.consentledger.command.form;

import org.jspecify.annotations.NullMarked;
