package org.consentledger.command.mail;

/**
 * Writes the unsubscribe link into the bodies of a mail. Each body of a commercial mail has it at least once; a
 * non-commercial body has it only where the placeholder asks for it.
 */
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

    /** Returns the text that is appended to a body without a placeholder. */
    String appendix() {
        return Placeholder.fill(settings.unsubscribeMessage().strip(), link);
    }
}
