-- How a dry run would have left people, for those of its chunks that are still to come; sealed under the job's key.
-- Goes when the job ends.
CREATE TABLE job_rehearsal (
    job_id    uuid  NOT NULL REFERENCES job,
    person_id uuid  NOT NULL,
    state     bytea NOT NULL,
    PRIMARY KEY (job_id, person_id)
);

-- Who would have it, after what a dry run has looked at so far.
ALTER TABLE job_key ADD COLUMN person_id uuid;
