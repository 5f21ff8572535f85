-- Times are microseconds since 1970-01-01T00:00:00Z.

CREATE TABLE accounts (
    account_id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name       TEXT   NOT NULL UNIQUE
);

CREATE TABLE keys (
    key_id     BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id BIGINT NOT NULL REFERENCES accounts (account_id),
    digest     BYTEA  NOT NULL UNIQUE CHECK (octet_length(digest) = 32),
    kind       TEXT   NOT NULL CHECK (kind IN ('live', 'test')),
    shown      TEXT   NOT NULL,
    created_at BIGINT NOT NULL,
    revoked_at BIGINT
);

-- Ids are compared byte by byte, whatever the collation of the database.
CREATE TABLE agents (
    agent_id          TEXT   COLLATE "C" PRIMARY KEY,
    account_id        BIGINT NOT NULL REFERENCES accounts (account_id),
    name              TEXT   NOT NULL,
    avatar_image_url  TEXT,
    created_at        BIGINT NOT NULL,
    voice_provider    TEXT   NOT NULL,
    voice_agent_id    TEXT   NOT NULL,
    voice_auth_method TEXT   NOT NULL CHECK (voice_auth_method IN ('public', 'api_key', 'token'))
);

-- Leaves space in each page for new versions of its rows, so that an update changes no index.
CREATE TABLE links (
    link_id    TEXT   COLLATE "C" PRIMARY KEY,
    account_id BIGINT NOT NULL REFERENCES accounts (account_id),
    agent_id   TEXT   COLLATE "C" NOT NULL REFERENCES agents (agent_id),
    name       TEXT,
    status     TEXT   NOT NULL CHECK (status IN ('active', 'paused', 'expired')),
    uses       BIGINT NOT NULL CHECK (uses >= 0),
    use_limit  BIGINT CHECK (use_limit >= 1),
    created_at BIGINT NOT NULL,
    expires_at BIGINT,
    version    BIGINT NOT NULL DEFAULT 1
) WITH (fillfactor = 80);

CREATE INDEX links_of_account ON links (account_id, created_at DESC);
CREATE INDEX links_of_agent ON links (agent_id);

-- Requests of each key in its rate-limit window. Unlogged: counting must not wait for the disk, and a new
-- window for every key after a crash of the database is harmless.
CREATE UNLOGGED TABLE rate_windows (
    key_id    BIGINT PRIMARY KEY,
    opened_at BIGINT NOT NULL,
    admitted  BIGINT NOT NULL
) WITH (fillfactor = 50);
