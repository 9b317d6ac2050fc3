package org.consentledger.standalone.issuer;

import org.consentledger.web.session.Framed;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;

/** The form where a user says who they are; it looks like the pages that it leads to. */
@Framed
@Controller
class SignInController {

    @GetMapping("/login")
    String show() {
        return "session/sign-in";
    }
}
