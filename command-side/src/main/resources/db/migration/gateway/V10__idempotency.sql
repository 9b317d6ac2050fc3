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
