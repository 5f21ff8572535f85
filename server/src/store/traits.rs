//! The interface of a store.

use std::fmt::Debug;
use std::sync::Arc;
use std::time::Duration;

use agenthuman_links_api::types::LinkId;
use agenthuman_server_runtime::timestamp::Timestamp;
use async_trait::async_trait;
use prometheus_client::registry::Registry;

use super::error::StoreError;
use super::types::{
    AccountId, AccountSummary, AgentSummary, CreateOutcome, Import, ImportOutcome, KeyId,
    ListQuery, NewKey, Revocation, StoredKey, UpdateOutcome, Window,
};
use crate::key::KeyDigest;
use crate::link::{NewLink, StoredLink, UpdateError};

/// Function that returns an updated link, or the reason why the update is not allowed. A store may call
/// it more than once for one update.
pub type LinkRules = Arc<dyn Fn(&StoredLink) -> Result<StoredLink, UpdateError> + Send + Sync>;

/// A store of accounts, keys, agents and links.
#[async_trait]
pub trait Store: Debug + Send + Sync {
    /// Returns the key with this digest, revoked or not.
    async fn find_key(&self, digest: KeyDigest) -> Result<Option<StoredKey>, StoreError>;

    /// Saves a key of the account, which is created if it does not exist.
    async fn add_key(&self, account: String, key: NewKey) -> Result<KeyId, StoreError>;

    /// Returns all keys, oldest first.
    async fn list_keys(&self) -> Result<Vec<StoredKey>, StoreError>;

    /// Revokes a key permanently.
    async fn revoke_key(&self, key: KeyId, now: Timestamp) -> Result<Revocation, StoreError>;

    /// Makes a key expire at this time, unless it expires earlier anyway.
    async fn expire_key(&self, key: KeyId, expires_at: Timestamp) -> Result<(), StoreError>;

    /// Saves the times at which keys were used, unless a use of the key within
    /// [`KEY_USE_PRECISION`](super::KEY_USE_PRECISION) is saved already.
    async fn save_key_uses(&self, uses: Vec<(KeyId, Timestamp)>) -> Result<(), StoreError>;

    /// Returns a link of the account.
    async fn find_link(
        &self,
        account: AccountId,
        link_id: LinkId,
    ) -> Result<Option<StoredLink>, StoreError>;

    /// Returns a page of the account's links.
    async fn list_links(&self, query: ListQuery) -> Result<Vec<StoredLink>, StoreError>;

    /// Saves a new link to an agent of the account.
    async fn create_link(
        &self,
        account: AccountId,
        link: NewLink,
    ) -> Result<CreateOutcome, StoreError>;

    /// Deletes a link of the account permanently. Returns false if the account has no such link.
    async fn delete_link(&self, account: AccountId, link_id: LinkId) -> Result<bool, StoreError>;

    /// Loads a link of the account, applies the rules and saves the result. No other update takes effect
    /// in between; if one did, the rules are applied again to its result.
    async fn update_link(
        &self,
        account: AccountId,
        link_id: LinkId,
        rules: LinkRules,
    ) -> Result<UpdateOutcome, StoreError>;

    /// Returns all accounts by name.
    async fn list_accounts(&self) -> Result<Vec<AccountSummary>, StoreError>;

    /// Returns a page of the account's agents by id: at most `limit`, behind the id `after`.
    async fn list_agents(
        &self,
        account: AccountId,
        after: Option<String>,
        limit: u32,
    ) -> Result<Vec<AgentSummary>, StoreError>;

    /// Saves agents and links, or nothing at all if a part of them belongs to another account. The account
    /// is created if it does not exist. A store may save a large import in parts, so that other changes do
    /// not wait for it; after a failure the same import continues.
    async fn import(&self, account: String, import: Import) -> Result<ImportOutcome, StoreError>;

    /// Counts a request in the key's window of this length, which opens with the first request, across
    /// all processes that share the store. Returns `None` if processes do not share it.
    async fn count_request(
        &self,
        _key: KeyId,
        _now: Timestamp,
        _window: Duration,
    ) -> Result<Option<Window>, StoreError> {
        Ok(None)
    }

    /// Fails if changes cannot be saved at present. The server asks at most once a second.
    async fn check_writable(&self) -> Result<(), StoreError>;

    /// Registers the store's own metrics: its queue, its batches, its connections.
    fn register_metrics(&self, registry: &mut Registry);
}
