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
    AccountId, ImportOutcome, KeyId, NewKey, Revocation, StoredKey, UpdateOutcome, Window,
};
use crate::key::KeyDigest;
use crate::link::{StoredLink, UpdateError};

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

    /// Loads a link of the account, applies the rules and saves the result. No other update takes effect
    /// in between; if one did, the rules are applied again to its result.
    async fn update_link(
        &self,
        account: AccountId,
        link_id: LinkId,
        rules: LinkRules,
    ) -> Result<UpdateOutcome, StoreError>;

    /// Saves the links that are new, with their agents, or nothing at all. Existing links and agents are
    /// not changed. The account is created if it does not exist.
    async fn import_links(
        &self,
        account: String,
        links: Vec<StoredLink>,
    ) -> Result<ImportOutcome, StoreError>;

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

    /// Registers the store's own metrics: its queue, its batches, its connections.
    fn register_metrics(&self, registry: &mut Registry);
}
