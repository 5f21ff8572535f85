-- Times are microseconds since 1970-01-01T00:00:00Z.

CREATE TABLE accounts (
    account_id INTEGER PRIMARY KEY,
    name       TEXT    NOT NULL UNIQUE
) STRICT;

-- AUTOINCREMENT: the id of a key is never reused.
CREATE TABLE keys (
    key_id     INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id INTEGER NOT NULL REFERENCES accounts (account_id),
    digest     BLOB    NOT NULL UNIQUE CHECK (length(digest) = 32),
    kind       TEXT    NOT NULL CHECK (kind IN ('live', 'test')),
    shown      TEXT    NOT NULL,
    created_at INTEGER NOT NULL,
    revoked_at INTEGER
) STRICT;

CREATE TABLE agents (
    agent_id          TEXT    PRIMARY KEY,
    account_id        INTEGER NOT NULL REFERENCES accounts (account_id),
    name              TEXT    NOT NULL,
    avatar_image_url  TEXT,
    created_at        INTEGER NOT NULL,
    voice_provider    TEXT    NOT NULL,
    voice_agent_id    TEXT    NOT NULL,
    voice_auth_method TEXT    NOT NULL CHECK (voice_auth_method IN ('public', 'api_key', 'token'))
) STRICT;

CREATE TABLE links (
    link_id    TEXT    PRIMARY KEY,
    account_id INTEGER NOT NULL REFERENCES accounts (account_id),
    agent_id   TEXT    NOT NULL REFERENCES agents (agent_id),
    name       TEXT,
    status     TEXT    NOT NULL CHECK (status IN ('active', 'paused', 'expired')),
    uses       INTEGER NOT NULL CHECK (uses >= 0),
    use_limit  INTEGER CHECK (use_limit >= 1),
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    version    INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE INDEX links_of_account ON links (account_id, created_at DESC);
CREATE INDEX links_of_agent ON links (agent_id);
