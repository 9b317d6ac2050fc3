package org.consentledger.kernel.planted;

import org.consentledger.kernel.privacy.Personal;
import org.springframework.stereotype.Component;

/** A message that needs a framework, with something personal that can't be encrypted. */
@Component
record NotPlain(@Personal Integer age) {}
