-- What the reference in an unsubscribe link stands for: a person, and the address that the mail went to, by keyed hash.
-- Rows stay after an erasure, as links in mails never expire; nobody can read an address in them.
CREATE TABLE unsubscribe_link (
    reference    bytea       PRIMARY KEY,
    person_id    uuid        NOT NULL,
    address_hash text        NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT now(),
    UNIQUE (person_id, address_hash)
);
