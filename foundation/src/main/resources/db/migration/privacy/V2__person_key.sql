-- One wrapped data key for each person. In a schema of its own, so that it can be backed up apart and its copies kept
-- shorter than those of the events: a restored key would undo an erasure.
CREATE SCHEMA keys;
GRANT USAGE ON SCHEMA keys TO "${application}";
CREATE TABLE keys.person_key (
    person_id    uuid        PRIMARY KEY,
    wrapping_key text        NOT NULL,
    wrapped      bytea,
    created_at   timestamptz NOT NULL DEFAULT now(),
    destroyed_at timestamptz,
    CHECK ((wrapped IS NULL) = (destroyed_at IS NOT NULL))
);
