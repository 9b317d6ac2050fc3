package org.consentledger.query.planted;

import org.consentledger.command.CommandSideApplication;

/** The same the other way round. */
class MeetsTheOtherSide {

    CommandSideApplication otherSide;
}
