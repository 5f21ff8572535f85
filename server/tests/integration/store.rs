//! Guarantees of every store, tested for each engine.

use std::sync::Arc;
use std::time::Duration;

use agenthuman_links_api::types::{Agent, LinkId};
use agenthuman_links_server::database_url::DatabaseUrl;
use agenthuman_links_server::key::{KeyKind, Secret};
use agenthuman_links_server::link::{self, StoredLink};
use agenthuman_links_server::store::{
    self, AccountId, Counts, Different, Import, ImportCounts, ImportOutcome, KeyId, LinkRules,
    MissingDatabase, NewKey, OpenError, Revocation, Store, UpdateOutcome,
};
use agenthuman_server_runtime::timestamp::Timestamp;
use serde_json::json;

use crate::harness::{link_with, timestamp};

/// A database on which a test opens stores.
struct Fixture {
    database: DatabaseUrl,
    _directory: tempfile::TempDir,
}

impl Fixture {
    fn sqlite() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let database = DatabaseUrl::SqliteFile(directory.path().join("links.db"));
        Fixture { database, _directory: directory }
    }

    #[cfg(feature = "postgres")]
    async fn postgres(test: &str) -> Option<Self> {
        let database = crate::postgres::database(test).await?;
        Some(Fixture { database, _directory: tempfile::tempdir().unwrap() })
    }

    async fn open(&self) -> Arc<dyn Store> {
        store::open(&self.database, MissingDatabase::Create).await.unwrap()
    }
}

macro_rules! on_every_store {
    ($($test:ident,)*) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn $test() {
                super::$test(&super::Fixture::sqlite()).await;
            })*
        }

        #[cfg(feature = "postgres")]
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn $test() {
                let name = concat!("store::postgres::", stringify!($test));
                if let Some(fixture) = super::Fixture::postgres(name).await {
                    super::$test(&fixture).await;
                }
            })*
        }
    };
}

on_every_store! {
    keys_are_found_listed_and_revoked,
    keys_expire_and_show_their_last_use,
    account_is_created_once,
    saved_links_are_loaded_unchanged,
    rejected_update_changes_nothing,
    link_of_another_account_is_not_found,
    import_adds_new_links,
    replacing_import_changes_every_field,
    updates_during_replacing_imports_are_not_lost,
    agents_and_accounts_are_listed,
    import_is_atomic,
    concurrent_imports_add_each_link_once,
    concurrent_updates_of_one_link_are_not_lost,
    updates_of_different_links_run_concurrently,
    concurrent_opens_migrate_once,
    missing_database_is_created_or_an_error,
    concurrent_requests_are_each_counted_once,
}

pub(crate) fn links(links: &[serde_json::Value]) -> Vec<StoredLink> {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), serde_json::to_vec(links).unwrap()).unwrap();
    let file = agenthuman_links_server::link_file::LinkFile::read(file.path()).unwrap();
    file.links().to_vec()
}

fn one(link_id: &str) -> Vec<StoredLink> {
    links(&[link_with(link_id, json!({}))])
}

fn id(link_id: &str) -> LinkId {
    link_id.to_owned().try_into().unwrap()
}

fn new_key(created_at: &str) -> (Secret, NewKey) {
    let secret = Secret::generate(KeyKind::Test);
    let key = NewKey::new(&secret, timestamp(created_at));
    (secret, key)
}

async fn account_of(store: &dyn Store, name: &str) -> AccountId {
    let (_, key) = new_key("2025-06-01T00:00:00Z");
    let digest = key.digest;
    store.add_key(name.to_owned(), key).await.unwrap();
    store.find_key(digest).await.unwrap().unwrap().account_id
}

async fn import(store: &dyn Store, account: &str, links: Vec<StoredLink>) -> ImportOutcome {
    import_with(store, account, links, Different::Keep).await
}

async fn import_with(
    store: &dyn Store,
    account: &str,
    links: Vec<StoredLink>,
    different: Different,
) -> ImportOutcome {
    let mut agents: Vec<Agent> = Vec::new();
    for link in &links {
        if !agents.contains(&link.agent) {
            agents.push(link.agent.clone());
        }
    }
    store.import(account.to_owned(), Import { agents, links, different }).await.unwrap()
}

/// Returns the outcome with these numbers of added, replaced, unchanged and kept agents and links.
fn counts(agents: [usize; 4], links: [usize; 4]) -> ImportOutcome {
    let counts = |[added, replaced, unchanged, kept]: [usize; 4]| Counts {
        added,
        replaced,
        unchanged,
        kept,
    };
    ImportOutcome::Imported(ImportCounts { agents: counts(agents), links: counts(links) })
}

/// Returns a stored link.
async fn read(store: &dyn Store, account: AccountId, link_id: &str) -> Option<StoredLink> {
    let unchanged: LinkRules = Arc::new(|link| Ok(link.clone()));
    match store.update_link(account, id(link_id), unchanged).await.unwrap() {
        UpdateOutcome::Updated(link) => Some(*link),
        UpdateOutcome::NotFound => None,
        UpdateOutcome::Rejected(error) => panic!("{error:?}"),
    }
}

fn one_more_use() -> LinkRules {
    Arc::new(|link| {
        let mut link = link.clone();
        link.uses = (*link.uses + 1).try_into().unwrap();
        Ok(link)
    })
}

async fn keys_are_found_listed_and_revoked(fixture: &Fixture) {
    let store = fixture.open().await;
    let (first, new) = new_key("2025-06-01T00:00:00.123456Z");
    let first_id = store.add_key("acme".to_owned(), new).await.unwrap();
    let (second, new) = new_key("2025-06-02T00:00:00Z");
    let second_id = store.add_key("Ümläut 🦀".to_owned(), new).await.unwrap();

    let other = fixture.open().await;
    let found = other.find_key(first.digest()).await.unwrap().unwrap();
    assert_eq!((found.key_id, found.account.as_str()), (first_id, "acme"));
    assert_eq!(found.created_at, timestamp("2025-06-01T00:00:00.123456Z"));
    assert_eq!((found.kind, found.shown.as_str()), (KeyKind::Test, first.shown()));
    assert!(found.digest.matches(&first.digest()));
    assert_eq!(found.revoked_at, None);
    assert!(other.find_key(Secret::generate(KeyKind::Live).digest()).await.unwrap().is_none());

    let now = timestamp("2025-06-03T00:00:00.000001Z");
    assert_eq!(other.revoke_key(second_id, now).await.unwrap(), Revocation::Revoked);
    let later = timestamp("2025-06-04T00:00:00Z");
    let again = store.revoke_key(second_id, later).await.unwrap();
    assert_eq!(again, Revocation::AlreadyRevoked(now));
    let unknown = store.revoke_key(KeyId(4711), now).await.unwrap();
    assert_eq!(unknown, Revocation::NoSuchKey);
    assert_eq!(store.find_key(second.digest()).await.unwrap().unwrap().revoked_at, Some(now));

    let listed = store.list_keys().await.unwrap();
    let listed: Vec<_> = listed.iter().map(|key| (key.key_id, key.account.as_str())).collect();
    assert_eq!(listed, [(first_id, "acme"), (second_id, "Ümläut 🦀")]);
}

async fn keys_expire_and_show_their_last_use(fixture: &Fixture) {
    let store = fixture.open().await;
    let (plain, new) = new_key("2025-06-01T00:00:00Z");
    let plain_id = store.add_key("acme".to_owned(), new).await.unwrap();
    let (labelled, new) = new_key("2025-06-01T00:00:00Z");
    let at = timestamp("2025-07-01T00:00:00.000001Z");
    let new = NewKey { label: Some("CI 🦀".to_owned()), expires_at: Some(at), ..new };
    let labelled_id = store.add_key("acme".to_owned(), new).await.unwrap();
    let find = async |secret: &Secret| store.find_key(secret.digest()).await.unwrap().unwrap();
    let key = find(&labelled).await;
    assert_eq!((key.label.as_deref(), key.expires_at), (Some("CI 🦀"), Some(at)));
    assert!(key.has_expired(at) && !key.has_expired(timestamp("2025-07-01T00:00:00Z")));
    let key = find(&plain).await;
    assert_eq!((key.label, key.expires_at, key.last_used_at), (None, None, None));

    // the earlier of two times counts
    let (sooner, later) = (timestamp("2025-06-15T00:00:00Z"), timestamp("2025-08-01T00:00:00Z"));
    store.expire_key(labelled_id, later).await.unwrap();
    assert_eq!(find(&labelled).await.expires_at, Some(at));
    store.expire_key(labelled_id, sooner).await.unwrap();
    assert_eq!(find(&labelled).await.expires_at, Some(sooner));
    store.expire_key(plain_id, later).await.unwrap();
    assert_eq!(find(&plain).await.expires_at, Some(later));

    // at most one use in a minute is saved, even by two servers
    let other = fixture.open().await;
    let use_both = async |text: &str| {
        let uses = vec![(plain_id, timestamp(text)), (KeyId(4711), timestamp(text))];
        store.save_key_uses(uses.clone()).await.unwrap();
        other.save_key_uses(uses).await.unwrap();
        find(&plain).await.last_used_at.unwrap().to_string()
    };
    for (used_at, saved) in [
        ("2025-06-02T00:00:00Z", "2025-06-02T00:00:00Z"),
        ("2025-06-02T00:00:59.999999Z", "2025-06-02T00:00:00Z"),
        ("2025-06-02T00:01:00Z", "2025-06-02T00:01:00Z"),
        ("2025-06-02T00:00:01Z", "2025-06-02T00:01:00Z"),
        // a clock that was set back
        ("2025-05-01T00:00:00Z", "2025-05-01T00:00:00Z"),
    ] {
        assert_eq!(use_both(used_at).await, saved);
    }
    assert_eq!(find(&labelled).await.last_used_at, None);
    store.check_writable().await.unwrap();
}

async fn account_is_created_once(fixture: &Fixture) {
    let (store, other) = (fixture.open().await, fixture.open().await);
    let accounts: Vec<_> = (0..20)
        .map(|index| {
            let store = Arc::clone(if index % 2 == 0 { &store } else { &other });
            tokio::spawn(async move { account_of(&*store, "acme").await })
        })
        .collect();
    for account in accounts {
        assert_eq!(account.await.unwrap(), account_of(&*store, "acme").await);
    }
}

async fn saved_links_are_loaded_unchanged(fixture: &Fixture) {
    let store = fixture.open().await;
    let account = account_of(&*store, "acme").await;
    let largest = 9_007_199_254_740_991_i64;
    let longest_id = format!("lnk_{}", "Az-_".repeat(32));
    let mut longest = link_with(&longest_id, json!({ "name": "x".repeat(60_000) }));
    longest["agent"]["agent_id"] = json!("agnt_longest");
    let given = links(&[
        link_with("lnk_1", json!({ "name": null, "use_limit": null, "expires_at": null })),
        link_with("lnk_2", json!({ "name": "", "status": "paused", "uses": 0 })),
        link_with("lnk_3", json!({ "name": "naïve\n\"🦀\" \\ ' --", "status": "expired" })),
        link_with("lnk_4", json!({ "uses": largest - 1, "use_limit": largest })),
        link_with("lnk_5", json!({ "expires_at": "9999-12-31T23:59:59.999999Z" })),
        link_with("lnk_6", json!({ "expires_at": "0001-01-01T00:00:00.000001Z" })),
        longest,
    ]);
    assert_eq!(import(&*store, "acme", given.clone()).await, counts([7, 0, 0, 0], [7, 0, 0, 0]));
    let other = fixture.open().await;
    for link in &given {
        let stored = read(&*other, account, link.link_id.as_str()).await;
        assert_eq!(stored.as_ref(), Some(link));
    }
    // every field that an update may change, with every kind of value
    for target in &given {
        let target = target.clone();
        let rules: LinkRules = {
            let target = target.clone();
            Arc::new(move |link| {
                let (link_id, agent) = (link.link_id.clone(), link.agent.clone());
                Ok(StoredLink { link_id, agent, created_at: link.created_at, ..target.clone() })
            })
        };
        let outcome = store.update_link(account, id("lnk_1"), rules).await.unwrap();
        let UpdateOutcome::Updated(updated) = outcome else { panic!("{outcome:?}") };
        assert_eq!(updated.name, target.name);
        assert_eq!(read(&*other, account, "lnk_1").await, Some(*updated));
    }
}

async fn rejected_update_changes_nothing(fixture: &Fixture) {
    let store = fixture.open().await;
    let account = account_of(&*store, "acme").await;
    import(&*store, "acme", one("lnk_1")).await;
    let error = link::UpdateError::LimitNotAboveUses { limit: 1, uses: 12 };
    let reject: LinkRules = {
        let error = error.clone();
        Arc::new(move |_| Err(error.clone()))
    };
    let outcome = store.update_link(account, id("lnk_1"), reject).await.unwrap();
    assert_eq!(outcome, UpdateOutcome::Rejected(error));
    assert_eq!(read(&*store, account, "lnk_1").await, one("lnk_1").pop());
}

async fn link_of_another_account_is_not_found(fixture: &Fixture) {
    let store = fixture.open().await;
    let other = account_of(&*store, "other").await;
    import(&*store, "acme", one("lnk_1")).await;
    for link_id in ["lnk_1", "lnk_nowhere"] {
        let never: LinkRules =
            Arc::new(|_| panic!("the rules were called with a link of another account"));
        let outcome = store.update_link(other, id(link_id), never).await.unwrap();
        assert_eq!(outcome, UpdateOutcome::NotFound);
    }
}

async fn import_adds_new_links(fixture: &Fixture) {
    let store = fixture.open().await;
    let account = account_of(&*store, "acme").await;
    let first = import(&*store, "acme", one("lnk_1")).await;
    assert_eq!(first, counts([1, 0, 0, 0], [1, 0, 0, 0]));
    let again = import(&*store, "acme", one("lnk_1")).await;
    assert_eq!(again, counts([0, 0, 1, 0], [0, 0, 1, 0]));
    let agent = link_with("lnk_1", json!({}))["agent"].clone();
    let mut renamed = agent.clone();
    renamed["name"] = "Renamed".into();
    let mixed = links(&[
        link_with("lnk_1", json!({ "name": "Other", "agent": renamed })),
        link_with("lnk_2", json!({ "agent": renamed })),
        link_with("lnk_3", json!({})),
    ]);
    let kept = import(&*store, "acme", mixed.clone()).await;
    assert_eq!(kept, counts([1, 0, 0, 1], [2, 0, 0, 1]));
    let stored = read(&*store, account, "lnk_1").await.unwrap();
    assert_eq!(stored.name.as_deref(), Some("Before"), "the existing link was changed");
    let stored = read(&*store, account, "lnk_2").await.unwrap();
    assert_eq!(stored.agent.name, "Support Agent", "the existing agent was changed");
    let replaced = import_with(&*store, "acme", mixed.clone(), Different::Replace).await;
    assert_eq!(replaced, counts([0, 1, 1, 0], [0, 1, 2, 0]));
    for link in &mixed {
        assert_eq!(read(&*store, account, &link.link_id).await.as_ref(), Some(link));
    }
    let again = import_with(&*store, "acme", mixed, Different::Replace).await;
    assert_eq!(again, counts([0, 0, 2, 0], [0, 0, 3, 0]));
}

async fn replacing_import_changes_every_field(fixture: &Fixture) {
    let store = fixture.open().await;
    let account = account_of(&*store, "acme").await;
    import(&*store, "acme", one("lnk_1")).await;
    let other = links(&[link_with(
        "lnk_1",
        json!({
            "name": null, "status": "paused", "uses": 3, "use_limit": null, "expires_at": null,
            "created_at": "2020-02-02T02:02:02.000002Z",
            "agent": {
                "agent_id": "agnt_other",
                "name": "Other",
                "avatar_image_url": null,
                "created_at": "2020-01-01T00:00:00Z",
                "voice_agent": { "provider": "P", "agent_id": "a", "auth_method": "token" },
            },
        }),
    )]);
    let outcome = import_with(&*store, "acme", other.clone(), Different::Replace).await;
    assert_eq!(outcome, counts([1, 0, 0, 0], [0, 1, 0, 0]));
    assert_eq!(read(&*store, account, "lnk_1").await, other.into_iter().next());
}

/// An update that read the link before it was replaced applies its rules again.
async fn updates_during_replacing_imports_are_not_lost(fixture: &Fixture) {
    let (store, other) = (fixture.open().await, fixture.open().await);
    let account = account_of(&*store, "acme").await;
    import(&*store, "acme", one("lnk_1")).await;
    let updates = tokio::spawn(async move {
        for number in 0..200 {
            let rename: LinkRules = Arc::new(move |link| {
                Ok(StoredLink { name: Some(format!("Name {number}")), ..link.clone() })
            });
            let outcome = store.update_link(account, id("lnk_1"), rename).await.unwrap();
            let UpdateOutcome::Updated(link) = outcome else { panic!("{outcome:?}") };
            // the import replaces both fields together
            let limit = link.use_limit.map(|limit| *limit);
            assert_eq!(limit == Some(77), *link.uses == 70, "{limit:?} {:?}", link.uses);
        }
    });
    while !updates.is_finished() {
        for (uses, use_limit) in [(70, 77), (12, 50)] {
            let changes = json!({ "uses": uses, "use_limit": use_limit });
            let links = links(&[link_with("lnk_1", changes)]);
            import_with(&*other, "acme", links, Different::Replace).await;
        }
    }
    updates.await.unwrap();
}

async fn agents_and_accounts_are_listed(fixture: &Fixture) {
    let store = fixture.open().await;
    let acme = account_of(&*store, "acme").await;
    account_of(&*store, "empty").await;
    let given: Vec<_> = (0..5).map(|n| link_with(&format!("lnk_{n}"), json!({}))).collect();
    import(&*store, "acme", links(&given)).await;
    let shared = link_with("lnk_x", json!({ "agent": given[2]["agent"] }));
    import(&*store, "acme", links(&[shared])).await;
    import(&*store, "other", one("lnk_other")).await;
    let accounts = store.list_accounts().await.unwrap();
    let numbers: Vec<_> = accounts
        .iter()
        .map(|account| (account.name.as_str(), account.agents, account.links, account.keys))
        .collect();
    assert_eq!(numbers, [("acme", 5, 6, 1), ("empty", 0, 0, 1), ("other", 1, 1, 0)]);
    assert_eq!(accounts[0].account_id, acme);
    let (mut agents, mut after) = (Vec::new(), None);
    loop {
        let page = store.list_agents(acme, after, 2).await.unwrap();
        assert!(page.len() <= 2 && agents.len() < 10, "the pages do not end: {agents:?}");
        agents.extend(page.iter().map(|page| (page.agent.agent_id.clone(), page.links)));
        after = page.into_iter().next_back().map(|last| last.agent.agent_id);
        if after.is_none() {
            break;
        }
    }
    let expected: Vec<_> =
        (0..5).map(|n| (format!("agnt_of_lnk_{n}"), if n == 2 { 2 } else { 1 })).collect();
    assert_eq!(agents, expected);
}

async fn import_is_atomic(fixture: &Fixture) {
    let store = fixture.open().await;
    let acme = account_of(&*store, "acme").await;
    import(&*store, "other", one("lnk_other")).await;
    let foreign_agent = link_with("lnk_other", json!({}))["agent"].clone();
    let own = link_with("lnk_1", json!({}));
    let foreign_link = links(&[own.clone(), link_with("lnk_other", json!({}))]);
    assert_eq!(import(&*store, "acme", foreign_link).await, ImportOutcome::ForeignLink(1));
    let foreign_agent = links(&[own, link_with("lnk_2", json!({ "agent": foreign_agent }))]);
    let rejected = import(&*store, "acme", foreign_agent.clone()).await;
    assert_eq!(rejected, ImportOutcome::ForeignAgent(1));
    assert_eq!(read(&*store, acme, "lnk_1").await, None);
    // a rejected import does not create the account
    assert_eq!(import(&*store, "new", foreign_agent).await, ImportOutcome::ForeignAgent(1));
    let next = account_of(&*store, "next").await;
    assert_ne!(next, acme);
}

async fn concurrent_imports_add_each_link_once(fixture: &Fixture) {
    let (store, other) = (fixture.open().await, fixture.open().await);
    let links =
        links(&(0..20).map(|n| link_with(&format!("lnk_{n}"), json!({}))).collect::<Vec<_>>());
    let imports: Vec<_> = (0..6)
        .map(|index| {
            let store = Arc::clone(if index % 2 == 0 { &store } else { &other });
            let links = links.clone();
            tokio::spawn(async move { import(&*store, "acme", links).await })
        })
        .collect();
    let mut imported = 0;
    for outcome in imports {
        match outcome.await.unwrap() {
            ImportOutcome::Imported(counts) => imported += counts.links.added,
            rejected => panic!("{rejected:?}"),
        }
    }
    assert_eq!(imported, 20);
}

async fn concurrent_updates_of_one_link_are_not_lost(fixture: &Fixture) {
    let (store, other) = (fixture.open().await, fixture.open().await);
    let account = account_of(&*store, "acme").await;
    import(&*store, "acme", one("lnk_1")).await;
    let updates: Vec<_> = (0..64)
        .map(|index| {
            let store = Arc::clone(if index % 2 == 0 { &store } else { &other });
            tokio::spawn(async move {
                for _ in 0..5 {
                    let updated = store.update_link(account, id("lnk_1"), one_more_use());
                    assert!(matches!(updated.await.unwrap(), UpdateOutcome::Updated(_)));
                }
            })
        })
        .collect();
    for update in updates {
        update.await.unwrap();
    }
    assert_eq!(*read(&*store, account, "lnk_1").await.unwrap().uses, 12 + 64 * 5);
}

async fn updates_of_different_links_run_concurrently(fixture: &Fixture) {
    let store = fixture.open().await;
    let account = account_of(&*store, "acme").await;
    let given: Vec<_> = (0..50).map(|n| link_with(&format!("lnk_{n}"), json!({}))).collect();
    import(&*store, "acme", links(&given)).await;
    let updates: Vec<_> = (0..200)
        .map(|index| {
            let store = Arc::clone(&store);
            let link_id = id(&format!("lnk_{}", index % 50));
            tokio::spawn(async move { store.update_link(account, link_id, one_more_use()).await })
        })
        .collect();
    for update in updates {
        assert!(matches!(update.await.unwrap().unwrap(), UpdateOutcome::Updated(_)));
    }
    for n in 0..50 {
        let link = read(&*store, account, &format!("lnk_{n}")).await.unwrap();
        assert_eq!(*link.uses, 12 + 4);
    }
}

async fn concurrent_opens_migrate_once(fixture: &Fixture) {
    let opens: Vec<_> = (0..10)
        .map(|_| {
            let database = fixture.database.clone();
            tokio::spawn(async move { store::open(&database, MissingDatabase::Create).await })
        })
        .collect();
    for open in opens {
        open.await.unwrap().unwrap();
    }
    import(&*fixture.open().await, "acme", one("lnk_1")).await;
}

async fn missing_database_is_created_or_an_error(fixture: &Fixture) {
    let rejected = store::open(&fixture.database, MissingDatabase::Fail).await;
    let rejected = rejected.map(drop).unwrap_err();
    let missing = match rejected {
        OpenError::Missing { .. } => true,
        #[cfg(feature = "postgres")]
        OpenError::PostgresEmpty => true,
        _ => false,
    };
    assert!(missing, "{rejected:?}");
    fixture.open().await;
    store::open(&fixture.database, MissingDatabase::Fail).await.unwrap();
}

async fn concurrent_requests_are_each_counted_once(fixture: &Fixture) {
    const WINDOW: Duration = Duration::from_secs(60);
    let (store, other) = (fixture.open().await, fixture.open().await);
    let at = |micros: i64| Timestamp::from_micros(1_700_000_000_000_000 + micros).unwrap();
    let Some(first) = store.count_request(KeyId(7), at(0), WINDOW).await.unwrap() else {
        let sqlite = matches!(fixture.database, DatabaseUrl::SqliteFile(_));
        return assert!(sqlite, "a store that processes share must count requests");
    };
    assert_eq!((first.opened_at, first.requests), (at(0).micros(), 1));
    let counts: Vec<_> = (0..400)
        .map(|index| {
            let store = Arc::clone(if index % 2 == 0 { &store } else { &other });
            tokio::spawn(async move {
                // the clocks of two processes differ a little
                let now = at(if index % 3 == 0 { -40_000 } else { 59_000_000 });
                let window = store.count_request(KeyId(7), now, WINDOW).await.unwrap().unwrap();
                assert_eq!(window.opened_at, at(0).micros());
                window.requests
            })
        })
        .collect();
    let mut seen = Vec::new();
    for count in counts {
        seen.push(count.await.unwrap());
    }
    seen.sort_unstable();
    assert_eq!(seen, (2..=401).collect::<Vec<_>>());
    let foreign = store.count_request(KeyId(8), at(1), WINDOW).await.unwrap().unwrap();
    assert_eq!(foreign.requests, 1);
    let next = other.count_request(KeyId(7), at(60_000_000), WINDOW).await.unwrap().unwrap();
    assert_eq!((next.opened_at, next.requests), (at(60_000_000).micros(), 1));
    let set_back = other.count_request(KeyId(7), at(-600_000_000), WINDOW).await.unwrap().unwrap();
    assert_eq!(set_back.requests, 1, "a clock that was set back opens a new window");
}
