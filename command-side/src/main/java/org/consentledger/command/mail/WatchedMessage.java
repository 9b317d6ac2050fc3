package org.consentledger.command.mail;

import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/** A message that calls a gate before its content is written, and records whether all of it was written. */
final class WatchedMessage extends MimeMessage {

    /** Called when the server is ready for the content. It MAY throw to stop the mail. */
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

    /** Whether the whole content was written. The server may then have accepted it, even if an error followed. */
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

    /** Keeps the id that the caller set: delivery reports name it. */
    @Override
    protected void updateMessageID() {}
}
