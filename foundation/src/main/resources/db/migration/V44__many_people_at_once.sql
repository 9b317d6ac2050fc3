-- The people that a bulk operation was started for, in the order in which they are taken, a thousand in a row of this
-- table: a row for each of a million had taken longer to write than their reading did.
CREATE TABLE job_people (
    job_id     uuid   NOT NULL REFERENCES job,
    page       bigint NOT NULL,
    person_ids uuid[] NOT NULL,
    PRIMARY KEY (job_id, page)
);
INSERT INTO job_people (job_id, page, person_ids)
SELECT job_id, item / 1000, array_agg(person_id ORDER BY item) FROM job_person GROUP BY job_id, item / 1000;
DROP TABLE job_person;

-- Looking up the same job for each of its keys took as long as the keys.
ALTER TABLE job_key DROP CONSTRAINT job_key_job_id_fkey;

-- A person's row is changed by almost every event about them; with room for the new one beside it, no index changes.
ALTER TABLE person_standing SET (fillfactor = 50);
