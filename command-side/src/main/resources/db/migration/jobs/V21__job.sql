-- Imports and bulk operations. What they were asked to do, and the uploaded file, may hold personal data: both are
-- encrypted under a key of the job's own, which is forgotten when the job ends.
CREATE TABLE job (
    id               uuid        PRIMARY KEY,
    kind             text        NOT NULL,
    status           text        NOT NULL,
    dry_run          boolean     NOT NULL,
    total            bigint      NOT NULL,
    -- How far it is; moved by each chunk in the chunk's own transaction, so it is also where a restart goes on.
    processed        bigint      NOT NULL DEFAULT 0,
    changed          bigint      NOT NULL DEFAULT 0,
    unchanged        bigint      NOT NULL DEFAULT 0,
    failed           bigint      NOT NULL DEFAULT 0,
    ignored_columns  text[],
    actor_id         text        NOT NULL,
    actor_name       text        NOT NULL,
    actor_roles      text        NOT NULL,
    correlation_id   text        NOT NULL,
    wrapped_key      bytea,
    request          bytea,
    cancel_requested boolean     NOT NULL DEFAULT false,
    -- Since the last committed chunk; who works on it holds the lease 'job:<id>'.
    attempts         integer     NOT NULL DEFAULT 0,
    next_attempt_at  timestamptz NOT NULL DEFAULT now(),
    created_at       timestamptz NOT NULL,
    ended_at         timestamptz
);
CREATE INDEX job_open ON job (created_at) WHERE ended_at IS NULL;

-- The uploaded file of an import, in encrypted pieces. It comes before its job, and goes when the job ends.
CREATE TABLE job_file_piece (
    job_id      uuid        NOT NULL,
    piece       integer     NOT NULL,
    content     bytea       NOT NULL,
    uploaded_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (job_id, piece)
);
ALTER TABLE job_file_piece ALTER COLUMN content SET STORAGE EXTERNAL;

-- The people that a bulk operation was started for, in the order in which they are taken, a thousand in a row.
CREATE TABLE job_people (
    job_id     uuid   NOT NULL REFERENCES job,
    page       bigint NOT NULL,
    person_ids uuid[] NOT NULL,
    PRIMARY KEY (job_id, page)
);

-- What could not be done, and why; without personal data.
CREATE TABLE job_failure (
    job_id      uuid   NOT NULL REFERENCES job,
    item        bigint NOT NULL,
    line        bigint,
    column_name text,
    person_id   uuid,
    reason      text   NOT NULL,
    PRIMARY KEY (job_id, item)
);

-- By which addresses and ids an import has met people so far, by keyed hash: who comes again in the same file only
-- fills gaps. Goes when the job ends. No foreign key: looking up the same job for each key took as long as the keys.
CREATE TABLE job_key (
    job_id    uuid NOT NULL,
    key_hash  text NOT NULL,
    person_id uuid, -- who would have it, after what a dry run has looked at so far
    PRIMARY KEY (job_id, key_hash)
);

-- The state in which a dry run would have left people, for its later chunks; encrypted under the job's key. Goes when
-- the job ends.
CREATE TABLE job_rehearsal (
    job_id    uuid  NOT NULL REFERENCES job,
    person_id uuid  NOT NULL,
    state     bytea NOT NULL,
    PRIMARY KEY (job_id, person_id)
);
