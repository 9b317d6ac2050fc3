/**
 * A person: the rules ({@code Person}), and the HTTP controllers that turn requests into commands. The package
 * {@code pipeline} carries the commands out.
 */
@NullMarked
package org.consentledger.command.person;

import org.jspecify.annotations.NullMarked;
