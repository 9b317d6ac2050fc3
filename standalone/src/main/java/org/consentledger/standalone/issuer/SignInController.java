package org.consentledger.standalone.issuer;

import org.consentledger.web.session.Framed;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;

/** Shows the sign-in form in the frame of the pages. */
@Framed
@Controller
class SignInController {

    @GetMapping("/login")
    String show() {
        return "session/sign-in";
    }
}
