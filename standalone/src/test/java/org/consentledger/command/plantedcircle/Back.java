package org.consentledger.command.plantedcircle;

import org.consentledger.command.planted.MeetsTheOtherSide;

/** Closes a circle of two features. */
public class Back {

    MeetsTheOtherSide forth;
}
