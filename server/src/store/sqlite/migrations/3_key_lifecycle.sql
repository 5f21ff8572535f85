-- Keys have a label, may expire, and show when they were last used.

ALTER TABLE keys ADD COLUMN label TEXT;
ALTER TABLE keys ADD COLUMN expires_at INTEGER;
ALTER TABLE keys ADD COLUMN last_used_at INTEGER;

-- The row that a readiness check updates, to learn whether changes can be saved.

CREATE TABLE write_checks (
    check_id INTEGER PRIMARY KEY CHECK (check_id = 1),
    checks   INTEGER NOT NULL
) STRICT;

INSERT INTO write_checks (check_id, checks) VALUES (1, 0);
