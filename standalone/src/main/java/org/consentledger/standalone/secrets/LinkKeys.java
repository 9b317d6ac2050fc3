package org.consentledger.standalone.secrets;

import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys that sign unsubscribe links, in a file of their own, as they may be added to: the first signs, all verify.
 *
 * @param keys base64 of 32 bytes each
 */
public record LinkKeys(List<String> keys) {

    private static final Logger LOG = LoggerFactory.getLogger(LinkKeys.class);

    /** Reads the keys of this directory; makes one where there is none. */
    public static LinkKeys of(DataDirectory directory) {
        var file = directory.linkKeys();
        return SecretFile.readOrMake(file, LinkKeys.class, () -> {
            if (directory.holdsFacts()) {
                LOG.warn("{} is new: links in mails from before, if there were any, don't work", file.getFileName());
            }
            return new LinkKeys(List.of(Secrets.key()));
        });
    }

    /** Says nothing, so that no log can. */
    @Override
    public String toString() {
        return "LinkKeys[hidden]";
    }
}
