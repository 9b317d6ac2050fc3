-- What is known of each Salesforce record: whose it is, what they say, what both sides agreed on, what is to be written.
CREATE TABLE crm_record (
    record_hash    text PRIMARY KEY, -- keyed hash of the record's id; all that is left of it after an erasure
    record_id      text,
    object         text        NOT NULL,
    person_id      uuid,
    address_hash   text,
    theirs         boolean,          -- whether they say "opted out"
    their_modstamp timestamptz,
    agreed         boolean,
    push           boolean,          -- what is to be written there
    push_reason    text,
    push_tries     integer     NOT NULL DEFAULT 0,
    push_after     timestamptz,
    push_since     timestamptz NOT NULL DEFAULT now(), -- since when a value waits to be written; of no meaning where none does
    refusals       integer     NOT NULL DEFAULT 0,     -- how often Salesforce has refused a value for good; from some number on it is set aside
    gone           text
);
CREATE INDEX crm_record_person ON crm_record (person_id);
CREATE INDEX crm_record_address ON crm_record (address_hash) WHERE person_id IS NULL;
CREATE INDEX crm_record_push ON crm_record (object, record_hash) WHERE push IS NOT NULL;

-- How far their changes have been taken over, moved in the transaction that takes them over.
CREATE TABLE crm_watermark (
    object    text        PRIMARY KEY,
    modstamp  timestamptz NOT NULL,
    record_id text        NOT NULL
);

-- How far the ledger has been read for what is to be written there, moved in the transaction that notes it; and until
-- when Salesforce is left alone, and why. One row.
CREATE TABLE crm_state (
    only_row     boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    position     bigint NOT NULL,
    paused_until timestamptz,
    pause_reason text,
    failures     integer NOT NULL DEFAULT 0
);

CREATE TABLE crm_run (
    id         uuid PRIMARY KEY,
    "trigger"  text        NOT NULL,
    actor_id   text        NOT NULL,
    actor_name text        NOT NULL,
    status     text        NOT NULL,
    queued_at  timestamptz NOT NULL,
    started_at timestamptz,
    ended_at   timestamptz,
    pulled     bigint      NOT NULL DEFAULT 0,
    recorded   bigint      NOT NULL DEFAULT 0,
    written    bigint      NOT NULL DEFAULT 0,
    refused    bigint      NOT NULL DEFAULT 0,
    calls      bigint      NOT NULL DEFAULT 0,
    reason     text
);
CREATE INDEX crm_run_open ON crm_run (queued_at) WHERE status IN ('QUEUED', 'RUNNING');
CREATE INDEX crm_run_time ON crm_run (queued_at DESC, id);

-- Every decision of the sync, and what came of it. Ids and codes; rows are only ever added, but for the record's id,
-- which goes with the erasure of its person.
CREATE TABLE crm_journal (
    position       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at             timestamptz NOT NULL,
    run_id         uuid,
    direction      text        NOT NULL,
    person_id      uuid,
    object         text        NOT NULL,
    record_id      text,
    field          text        NOT NULL,
    ours           text,
    theirs         boolean,
    their_modstamp timestamptz,
    winner         text        NOT NULL,
    reason         text        NOT NULL,
    outcome        text        NOT NULL,
    detail         text
);
CREATE INDEX crm_journal_person ON crm_journal (person_id, position DESC);
CREATE INDEX crm_journal_winner ON crm_journal (winner, position DESC);
