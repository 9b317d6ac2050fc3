package org.consentledger.command.mail;

import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/** A message that asks before its content is handed over, and knows afterwards how far that got. */
final class WatchedMessage extends MimeMessage {

    /** Asked once the server is ready for the content. */
    interface Gate {
        void pass() throws StoppedException;
    }

    private @Nullable Gate gate;
    private boolean written;

    WatchedMessage(Session session) {
        super(session);
    }

    void guardedBy(Gate guard) {
        gate = guard;
    }

    /** Whether the server has all of it, and may have taken it whatever else went wrong. */
    boolean isWritten() {
        return written;
    }

    @Override
    public void writeTo(OutputStream out, String @Nullable [] ignored) throws IOException, MessagingException {
        if (gate == null) {
            super.writeTo(out, ignored);
            return;
        }
        try {
            gate.pass();
            super.writeTo(out, ignored);
        } catch (RuntimeException e) {
            // As an IOException, so that the connection is dropped and not closed politely in the middle of the content
            throw new IOException("The content can't be written", e);
        }
        written = true;
    }

    /** The id is given, and must stay as it is: delivery reports name it. */
    @Override
    protected void updateMessageID() {}
}
