-- By which addresses and ids an import has met people so far, by keyed hash: who comes again in the same file only
-- fills gaps. Goes when the job ends.
CREATE TABLE job_key (
    job_id   uuid NOT NULL REFERENCES job,
    key_hash text NOT NULL,
    PRIMARY KEY (job_id, key_hash)
);
