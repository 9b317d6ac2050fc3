-- E-mails that were accepted and have no outcome yet. A row comes with the event that accepts the mail, and goes with
-- the event that says what came of it. The content is encrypted under the person's key, and goes with an erasure.
CREATE TABLE outbox ( -- who works on a mail holds the lease 'mail:<email_id>'
    email_id           uuid        PRIMARY KEY,
    person_id          uuid        NOT NULL,
    content            bytea,
    correlation_id     text        NOT NULL,
    accepted_at        timestamptz NOT NULL,
    attempts           integer     NOT NULL DEFAULT 0,
    next_attempt_at    timestamptz NOT NULL,
    -- Set before the mail server gets to see the content, so that a sender that dies then is known to have got that far.
    handing_over_since timestamptz
);
CREATE INDEX outbox_next ON outbox (next_attempt_at);
CREATE INDEX outbox_person ON outbox (person_id);

-- Whose a mail was that was handed over, by the id in its Message-ID; kept for as long as delivery reports may come.
CREATE TABLE mail_trace (
    email_id     uuid        PRIMARY KEY,
    person_id    uuid        NOT NULL,
    address_hash text        NOT NULL,
    sent_at      timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX mail_trace_age ON mail_trace (sent_at);
