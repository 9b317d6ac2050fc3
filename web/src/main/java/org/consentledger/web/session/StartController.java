package org.consentledger.web.session;

import jakarta.servlet.http.HttpServletResponse;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;

/** The start page, the error pages for missing permissions and unknown addresses, and the signed-out page. */
@Controller
class StartController {

    @GetMapping("/")
    String start() {
        return "redirect:/people";
    }

    @RequestMapping("/no-permission")
    String noPermission(Model model, HttpServletResponse response) {
        response.setStatus(HttpServletResponse.SC_FORBIDDEN);
        model.addAttribute("status", HttpServletResponse.SC_FORBIDDEN);
        model.addAttribute("retry", false);
        return "session/failure";
    }

    @RequestMapping(PagesSecurity.NO_SUCH_PAGE)
    String noSuchPage(Model model, HttpServletResponse response) {
        response.setStatus(HttpServletResponse.SC_NOT_FOUND);
        model.addAttribute("status", HttpServletResponse.SC_NOT_FOUND);
        model.addAttribute("retry", false);
        return "session/failure";
    }

    @GetMapping("/signed-out")
    String signedOut() {
        return "session/signed-out";
    }
}
