package org.consentledger.command.mail;

import jakarta.mail.internet.InternetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;

/** Makes and reads the Message-ID of a mail: its e-mail id in the ledger, at the sender's domain. */
final class MessageIds {

    private static final Pattern OURS =
            Pattern.compile("<ledger\\.([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})@[^<>@\\s]+>");

    static String of(UUID emailId, InternetAddress from) {
        var address = from.getAddress();
        return "<ledger." + emailId + "@" + address.substring(address.lastIndexOf('@') + 1) + ">";
    }

    /** The ids in a text that have the form of ours. */
    static List<UUID> in(String text) {
        var ids = new ArrayList<UUID>();
        var found = OURS.matcher(text);
        while (found.find()) {
            ids.add(UUID.fromString(found.group(1)));
        }
        return ids;
    }

    private MessageIds() {}
}
