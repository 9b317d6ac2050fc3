/**
 * The encryption key of each person, which encrypts the person's data and whose destruction erases it. Public, because
 * the store encrypts with keys, the write side creates and destroys them, and the read side must learn of their
 * destruction.
 */
@NullMarked
package org.consentledger.foundation.privacy;

import org.jspecify.annotations.NullMarked;
