package org.consentledger.command.planted;

import javax.crypto.Cipher;
import org.consentledger.query.QuerySideApplication;
import org.springframework.web.bind.annotation.RestController;

/** What no class may do, so that it is known that each rule sees it. */
@RestController
public class MeetsTheOtherSide {

    QuerySideApplication otherSide;

    org.consentledger.command.plantedcircle.Back circle;

    Cipher homeMade() throws Exception {
        return Cipher.getInstance("AES");
    }
}
