//! The store without a server, and a store that stores nothing.

use std::sync::Arc;
use std::time::{Duration, Instant};

use agenthuman_links_api::types::{Agent, AuthMethod, LinkId, LinkStatus, VoiceAgent};
use agenthuman_links_server::clock::{Clock, SystemClock};
use agenthuman_links_server::key::{KeyDigest, KeyKind};
use agenthuman_links_server::link::{NewLink, StoredLink};
use agenthuman_links_server::store::{
    self, AccountId, AccountSummary, AgentSummary, CreateOutcome, Import, ImportOutcome, KeyId,
    LinkRules, ListQuery, MissingDatabase, NewKey, Revocation, Store, StoreError, StoredKey,
    UpdateOutcome,
};
use agenthuman_server_runtime::timestamp::Timestamp;
use async_trait::async_trait;
use prometheus_client::registry::Registry;

use crate::sample::{self, Measured};

/// Updates links of the store from several tasks at once, without a server.
pub(crate) fn measure(url: &str, tasks: usize, links: usize, duration: Duration) -> Measured {
    let url = url.parse().unwrap();
    let work = async move {
        let store = store::open(&url, MissingDatabase::Fail).await.unwrap();
        let began = Instant::now();
        let tasks: Vec<_> = (0..tasks)
            .map(|task| tokio::spawn(update(Arc::clone(&store), task, links, began + duration)))
            .collect();
        let mut latencies = Vec::new();
        for task in tasks {
            latencies.append(&mut task.await.unwrap());
        }
        Measured::new(latencies, began.elapsed())
    };
    let thread = std::thread::spawn(|| {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        runtime.block_on(work)
    });
    thread.join().unwrap()
}

async fn update(store: Arc<dyn Store>, task: usize, links: usize, end: Instant) -> Vec<Duration> {
    let mut random = task as u64 * 7919 + 1;
    let mut latencies = Vec::new();
    while Instant::now() < end {
        random = sample::next(random);
        let link_id = sample::link_id((random >> 16) as usize % links).try_into().unwrap();
        let rename: LinkRules = Arc::new(move |link| {
            Ok(StoredLink { name: Some(format!("Name {random}")), ..link.clone() })
        });
        let began = Instant::now();
        let outcome = store.update_link(AccountId(1), link_id, rename).await.unwrap();
        latencies.push(began.elapsed());
        assert!(matches!(outcome, UpdateOutcome::Updated(_)), "{outcome:?}");
    }
    latencies
}

/// Returns the link with this id.
pub(crate) fn link(link_id: LinkId) -> StoredLink {
    let created_at = SystemClock.now();
    StoredLink {
        link_id,
        name: Some("Name".to_owned()),
        agent: Agent {
            agent_id: "agnt_1".to_owned(),
            name: "Support Agent".to_owned(),
            avatar_image_url: None,
            created_at,
            voice_agent: VoiceAgent {
                provider: "ElevenLabs".to_owned(),
                agent_id: "el_agent".to_owned(),
                auth_method: AuthMethod::Public,
            },
        },
        stored_status: LinkStatus::Active,
        uses: 12.try_into().unwrap(),
        use_limit: None,
        created_at,
        expires_at: None,
    }
}

/// Store in which every key and every link exists, and which saves nothing.
#[derive(Debug)]
pub(crate) struct NoStore;

fn unsupported<T>() -> Result<T, StoreError> {
    Err(StoreError::Failed("not supported by NoStore".into()))
}

#[async_trait]
impl Store for NoStore {
    async fn find_key(&self, digest: KeyDigest) -> Result<Option<StoredKey>, StoreError> {
        Ok(Some(StoredKey {
            key_id: KeyId(1),
            account_id: AccountId(1),
            account: "bench".to_owned(),
            digest,
            kind: KeyKind::Live,
            shown: String::new(),
            created_at: SystemClock.now(),
            revoked_at: None,
            label: None,
            expires_at: None,
            last_used_at: None,
        }))
    }

    async fn update_link(
        &self,
        _account: AccountId,
        link_id: LinkId,
        rules: LinkRules,
    ) -> Result<UpdateOutcome, StoreError> {
        let stored = link(link_id);
        Ok(match rules(&stored) {
            Ok(link) => UpdateOutcome::Updated(Box::new(link)),
            Err(error) => UpdateOutcome::Rejected(error),
        })
    }

    async fn add_key(&self, _account: String, _key: NewKey) -> Result<KeyId, StoreError> {
        unsupported()
    }

    async fn list_keys(&self) -> Result<Vec<StoredKey>, StoreError> {
        unsupported()
    }

    async fn revoke_key(&self, _key: KeyId, _now: Timestamp) -> Result<Revocation, StoreError> {
        unsupported()
    }

    async fn expire_key(&self, _key: KeyId, _expires_at: Timestamp) -> Result<(), StoreError> {
        unsupported()
    }

    async fn save_key_uses(&self, _uses: Vec<(KeyId, Timestamp)>) -> Result<(), StoreError> {
        Ok(())
    }

    async fn find_link(
        &self,
        _account: AccountId,
        _link_id: LinkId,
    ) -> Result<Option<StoredLink>, StoreError> {
        unsupported()
    }

    async fn list_links(&self, _query: ListQuery) -> Result<Vec<StoredLink>, StoreError> {
        unsupported()
    }

    async fn create_link(
        &self,
        _account: AccountId,
        _link: NewLink,
    ) -> Result<CreateOutcome, StoreError> {
        unsupported()
    }

    async fn delete_link(&self, _account: AccountId, _link_id: LinkId) -> Result<bool, StoreError> {
        unsupported()
    }

    async fn list_accounts(&self) -> Result<Vec<AccountSummary>, StoreError> {
        unsupported()
    }

    async fn list_agents(
        &self,
        _account: AccountId,
        _after: Option<String>,
        _limit: u32,
    ) -> Result<Vec<AgentSummary>, StoreError> {
        unsupported()
    }

    async fn import(&self, _account: String, _import: Import) -> Result<ImportOutcome, StoreError> {
        unsupported()
    }

    async fn check_writable(&self) -> Result<(), StoreError> {
        Ok(())
    }

    fn register_metrics(&self, _registry: &mut Registry) {}
}
