-- Lists are ordered by creation, the newest first, and then by id, and are read page by page.

DROP INDEX links_of_account;
CREATE INDEX links_of_account ON links (account_id, created_at DESC, link_id DESC);

-- The agents of an account are listed page by page.

CREATE INDEX agents_of_account ON agents (account_id, agent_id);
