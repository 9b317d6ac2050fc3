-- The ledger: what has happened, in the order in which it was committed. Rows are only ever added.
CREATE TABLE event (
    global_index     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    event_id         text        NOT NULL UNIQUE,
    aggregate_type   text        NOT NULL,
    aggregate_id     text        NOT NULL,
    sequence_number  bigint      NOT NULL,
    payload_type     text        NOT NULL,
    payload_revision text,
    payload          bytea       NOT NULL,
    meta_data        bytea       NOT NULL,
    recorded_at      timestamptz NOT NULL,
    -- Decides every race: of two writers with the same next event, one is told.
    UNIQUE (aggregate_id, sequence_number)
);

-- Read once at start, to see that no restored key undoes an erasure.
CREATE INDEX event_erasures ON event (aggregate_id) WHERE payload_type LIKE '%PersonErased';

-- Shortcuts for loading long histories; personal data in them is encrypted as in the events. Disposable.
CREATE TABLE snapshot (
    aggregate_id     text        NOT NULL,
    sequence_number  bigint      NOT NULL,
    event_id         text        NOT NULL,
    aggregate_type   text        NOT NULL,
    payload_type     text        NOT NULL,
    payload_revision text,
    payload          bytea       NOT NULL,
    meta_data        bytea       NOT NULL,
    recorded_at      timestamptz NOT NULL,
    PRIMARY KEY (aggregate_id, sequence_number)
);

-- Which person has an address or a salesforceId, by keyed hash. Derived from the events, in their transactions.
CREATE TABLE person_identity (
    key_hash  text PRIMARY KEY,
    person_id uuid NOT NULL
);
CREATE INDEX person_identity_person ON person_identity (person_id);

-- Addresses that must not be mailed, by keyed hash. Outlives the person's data.
CREATE TABLE suppression (
    address_hash text PRIMARY KEY,
    since        timestamptz NOT NULL,
    reason       text
);

-- Where each person stands, in codes without personal data: what a bulk operation selects by.
CREATE TABLE person_standing (
    person_id          uuid    PRIMARY KEY,
    authorization_type text,
    source_type        text,
    subscription       text    NOT NULL DEFAULT 'SUBSCRIBED',
    erased             boolean NOT NULL DEFAULT false
);

-- Answers given under an Idempotency-Key; kept for seven days.
CREATE TABLE idempotency (
    sender      text        NOT NULL,
    key         text        NOT NULL,
    fingerprint text        NOT NULL,
    answer      text,
    created_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (sender, key)
);
CREATE INDEX idempotency_age ON idempotency (created_at);

-- One wrapped data key for each person. In a schema of its own, so that it can be backed up apart and its copies kept
-- shorter than those of the events: a restored key would undo an erasure.
CREATE SCHEMA keys;
CREATE TABLE keys.person_key (
    person_id    uuid        PRIMARY KEY,
    wrapping_key text        NOT NULL,
    wrapped      bytea,
    created_at   timestamptz NOT NULL DEFAULT now(),
    destroyed_at timestamptz,
    CHECK ((wrapped IS NULL) = (destroyed_at IS NOT NULL))
);
