-- Who works on what, and until when others must keep off, by the clock of this database. A row goes with the end of its work.
CREATE TABLE lease (
    name       text        PRIMARY KEY,
    holder     uuid        NOT NULL, -- a new one for each acquisition, so that it serves as the fencing token
    expires_at timestamptz NOT NULL
);
