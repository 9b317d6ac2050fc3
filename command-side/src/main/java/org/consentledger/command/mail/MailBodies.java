package org.consentledger.command.mail;

/** The bodies of one mail, each with the link in it once at least. A mail that is no advertising has it on request. */
record MailBodies(MailSettings settings, String link, boolean nonCommercial) {

    String text(String text) {
        if (nonCommercial || Placeholder.isIn(text)) {
            return Placeholder.fill(text, link);
        }
        return text.stripTrailing() + "\n\n" + appendix() + "\n";
    }

    String html(String html) {
        return nonCommercial ? HtmlBody.filled(html, link, settings) : HtmlBody.withLink(html, link, settings);
    }

    /** What is appended to a text. */
    String appendix() {
        return Placeholder.fill(settings.unsubscribeMessage().strip(), link);
    }
}
