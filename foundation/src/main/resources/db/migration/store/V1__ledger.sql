-- The stored names of the event types. A name is for ever; a new type comes with a migration that adds its row.
CREATE TABLE event_type (
    id   smallint PRIMARY KEY,
    name text     NOT NULL UNIQUE
);
INSERT INTO event_type (id, name) VALUES
    (1, 'PersonRegistered'), (2, 'ContactDataChanged'), (3, 'AuthorizationSet'), (4, 'SourceSet'), (5, 'Unsubscribed'),
    (6, 'ResubscribeRequested'), (7, 'ResubscribeApproved'), (8, 'ResubscribeRejected'), (9, 'AddressSuppressed'),
    (10, 'EmailAccepted'), (11, 'EmailRefused'), (12, 'EmailSent'), (13, 'EmailFailed'), (14, 'PersonExported'),
    (15, 'SalesforceRecordLinked'), (16, 'PersonErased');

-- Who issued a command, how it came in, and what caused it: a row for each command, or for each chunk of a job.
CREATE TABLE provenance (
    id             bigint PRIMARY KEY, -- the position of its first event; its last one is before the next id
    actor_id       text NOT NULL,
    actor_name     text NOT NULL,
    actor_roles    text NOT NULL,
    via            text NOT NULL,
    correlation_id text NOT NULL,
    causation_id   text NOT NULL, -- the command or the job
    job_id         text
);
CREATE INDEX provenance_actor ON provenance (actor_id, id);
CREATE INDEX provenance_via ON provenance (via, id);

-- The types among the events of each row of provenance, for the audit trail: an index of the events would cost each of them more.
CREATE TABLE provenance_type (
    type       smallint NOT NULL,
    provenance bigint   NOT NULL,
    PRIMARY KEY (type, provenance)
);

-- The ledger: rows are only ever added. No foreign keys, as their checks cost more than the insert; one class writes here.
CREATE TABLE event (
    position    bigint      PRIMARY KEY CHECK (position > 0), -- the next number, taken under the append lock
    recorded_at timestamptz NOT NULL, -- increases with the position
    stream      uuid        NOT NULL, -- the person, or the first half of an address's keyed hash
    provenance  bigint      NOT NULL,
    version     integer     NOT NULL, -- 1 for the first event of the stream
    type        smallint    NOT NULL,
    revision    smallint    NOT NULL,
    payload     bytea       NOT NULL, -- JSON without the person id, as the stream is that id; personal parts are encrypted
    -- Decides every race: of two writers with the same next event, one is told.
    UNIQUE (stream, version)
);

-- The application's role may read rows and add them. It can't change a row or delete one, and as positions have no gaps, it
-- can't add an event before another.
GRANT SELECT ON event_type, provenance, provenance_type, event TO "${application}";
GRANT INSERT ON provenance, provenance_type, event TO "${application}";

-- The application's role may read and change the tables that follow, in this script and in all others.
ALTER DEFAULT PRIVILEGES GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO "${application}";
ALTER DEFAULT PRIVILEGES GRANT USAGE ON SEQUENCES TO "${application}";

-- Read once at start, to see that no restored key undoes an erasure.
CREATE INDEX event_erasures ON event (stream) WHERE type = 16;

-- Which person has an address or a salesforceId, by keyed hash. Derived from the events, in their transactions.
CREATE TABLE person_identity (
    key_hash  text PRIMARY KEY,
    person_id uuid NOT NULL
);
CREATE INDEX person_identity_person ON person_identity (person_id);

-- Addresses that must not be mailed, by keyed hash, with the last event that says so. Outlives the person's data.
CREATE TABLE suppression (
    address_hash text    PRIMARY KEY,
    stream       uuid    NOT NULL,
    version      integer NOT NULL
);

-- The state of each person: the fold of their events, written in the transaction that appends them.
CREATE TABLE person (
    person_id             uuid    PRIMARY KEY,
    version               integer NOT NULL,
    authorization_version integer, -- the version of the event that set the authorization
    subscription_version  integer, -- the version of the event that set the subscription
    authorization_type    text,
    source_type           text,
    subscription          text,    -- of an erased person, the last one before the erasure
    erased                boolean NOT NULL DEFAULT false,
    detail                bytea    -- what the codes leave out, as JSON; personal parts are encrypted
) WITH (fillfactor = 50); -- almost every event changes the row; with room beside it, no index changes

-- The contact data of each person who is not erased, encrypted. Written only when they change.
CREATE TABLE person_contact (
    person_id uuid  PRIMARY KEY,
    contact   bytea NOT NULL
);
