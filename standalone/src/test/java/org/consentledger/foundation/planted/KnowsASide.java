package org.consentledger.foundation.planted;

import org.consentledger.command.CommandSideApplication;

/** A foundation that stands on what is built on it. */
class KnowsASide {

    CommandSideApplication side;
}
