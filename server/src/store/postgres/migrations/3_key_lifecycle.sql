-- Keys have a label, may expire, and show when they were last used.

ALTER TABLE keys ADD COLUMN label TEXT;
ALTER TABLE keys ADD COLUMN expires_at BIGINT;
ALTER TABLE keys ADD COLUMN last_used_at BIGINT;
