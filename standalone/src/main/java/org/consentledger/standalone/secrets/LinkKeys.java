package org.consentledger.standalone.secrets;

import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys that sign unsubscribe links. They have a file of their own because an operator may add keys: the first one
 * signs, all of them verify.
 *
 * @param keys base64 of 32 bytes each
 */
public record LinkKeys(List<String> keys) {

    private static final Logger LOG = LoggerFactory.getLogger(LinkKeys.class);

    /** Reads the keys of the directory, or creates one. */
    public static LinkKeys of(DataDirectory directory) {
        var file = directory.linkKeys();
        return SecretFile.readOrMake(file, LinkKeys.class, () -> {
            if (directory.holdsFacts()) {
                LOG.warn("{} is new: links in e-mails that were sent before, if any, don't work", file.getFileName());
            }
            return new LinkKeys(List.of(Secrets.key()));
        });
    }

    /** Hides the keys, so that they never reach a log. */
    @Override
    public String toString() {
        return "LinkKeys[hidden]";
    }
}
