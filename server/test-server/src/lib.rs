//! A server for the tests of those who call the API: no network, no set-up, and the failures that a
//! real one has only now and then.
//!
//! It is the real server, on a database in memory and a free port of this machine, behind a proxy
//! that fails where a test says so. Failing inside the server was rejected: what runs in production
//! has no switch for it.
//!
//! ```
//! use agenthuman_links::Client;
//! use agenthuman_links_test_server::{Failure, LINK_ID, TestServer};
//!
//! # #[tokio::main]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let server = TestServer::start().await?;
//! let client = Client::builder().base_url(server.base_url()).api_key(server.api_key()).build()?;
//! server.fail_next(1, Failure::ServiceUnavailable);
//! let call = client.update_link(LINK_ID).name("Summer demo").send_with_response().await?;
//! assert_eq!(call.attempts(), 2);
//! assert_eq!(server.link(LINK_ID).await.unwrap()["name"], "Summer demo");
//! # Ok(())
//! # }
//! ```

mod clock;
mod failure;
mod proxy;

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;

use agenthuman_links_api::types::LinkId;
use agenthuman_links_server::clock::Clock;
use agenthuman_links_server::database_url::DatabaseUrl;
use agenthuman_links_server::key::{KeyKind, Secret};
use agenthuman_links_server::link::StoredLink;
use agenthuman_links_server::link_file::{LinkFile, LinkFileError};
use agenthuman_links_server::store::{
    self, AccountId, ImportOutcome, MissingDatabase, NewKey, OpenError, Store, StoreError,
    UpdateOutcome,
};
use agenthuman_links_server::{Config, Server, StartError, start_server_on};
use serde_json::Value;
use slog::{Logger, o};

pub use self::clock::TestClock;
pub use self::failure::Failure;
use self::proxy::Proxy;

/// The link that is there from the beginning, in JSON as the API answers it: the one of the
/// documentation, with 12 sessions started.
pub const LINK: &str = include_str!("../../examples/links.json");

/// The id of [`LINK`].
pub const LINK_ID: &str = "lnk_01J8ZK4R2N5M6P7Q8W4T";

const ACCOUNT: &str = "test";

/// How a server for tests is to be.
#[derive(Clone, Debug, Default)]
pub struct TestServerBuilder {
    rate_limit: i64,
}

impl TestServerBuilder {
    /// Requests that the key may make in a window of 60 seconds, by [`TestServer::clock`]: while that
    /// stands still no window ends, so let it run. No limit unless set.
    pub fn rate_limit(mut self, requests: u32) -> Self {
        self.rate_limit = requests.into();
        self
    }

    /// Starts it.
    ///
    /// # Errors
    ///
    /// Where this machine has no port to listen on.
    pub async fn start(self) -> Result<TestServer, TestServerError> {
        let clock = TestClock::default();
        let store = store::open(&DatabaseUrl::SqliteMemory, MissingDatabase::Create).await?;
        let secret = Secret::generate(KeyKind::Test);
        let key = NewKey::new(&secret, clock.now());
        store.add_key(ACCOUNT.to_owned(), key).await?;
        let account = store.find_key(secret.digest()).await?.map(|key| key.account_id);
        let bind = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let (database, log) = (DatabaseUrl::SqliteMemory, Logger::root(slog::Discard, o!()));
        let mut config = Config::new(bind, database, Arc::new(clock.clone()), log);
        config.rate_limit = self.rate_limit;
        let real = start_server_on(Arc::clone(&store), config).await?;
        let proxy = Proxy::start(real.address(), clock.clone()).await;
        let server = TestServer {
            proxy: proxy.map_err(TestServerError::Listen)?,
            _real: real,
            store,
            account: account.ok_or(TestServerError::NoKey)?,
            api_key: secret.reveal().to_owned(),
            clock,
        };
        server.add_links(LINK).await?;
        Ok(server)
    }
}

/// A server in this process, until it is dropped.
#[derive(Debug)]
pub struct TestServer {
    proxy: Proxy,
    _real: Server,
    store: Arc<dyn Store>,
    account: AccountId,
    api_key: String,
    clock: TestClock,
}

impl TestServer {
    /// Starts a server with one key and one link, [`LINK`].
    ///
    /// # Errors
    ///
    /// Where this machine has no port to listen on.
    pub async fn start() -> Result<TestServer, TestServerError> {
        TestServer::builder().start().await
    }

    /// A server that is not as all others.
    pub fn builder() -> TestServerBuilder {
        TestServerBuilder::default()
    }

    /// Where it is, `http://127.0.0.1:PORT`.
    pub fn base_url(&self) -> &str {
        self.proxy.url()
    }

    /// A key of the account that has the links.
    pub fn api_key(&self) -> &str {
        &self.api_key
    }

    /// What time it is for the server.
    pub fn clock(&self) -> &TestClock {
        &self.clock
    }

    /// Answers so many of the requests that come next with a failure, then goes on to work. Failures
    /// that are told while others are left come after them.
    pub fn fail_next(&self, requests: usize, failure: Failure) {
        self.proxy.fail_next(requests, failure);
    }

    /// How many requests have come, the failed ones included.
    pub fn requests(&self) -> usize {
        self.proxy.requests()
    }

    /// Adds links: a list of them in JSON, as the API answers them.
    ///
    /// # Errors
    ///
    /// Where that is not such a list; the line is named.
    pub async fn add_links(&self, json: &str) -> Result<(), TestServerError> {
        let file = LinkFile::parse(Path::new("links"), json.as_bytes())?;
        match self.store.import_links(ACCOUNT.to_owned(), file.links().to_vec()).await? {
            ImportOutcome::Imported(_) => Ok(()),
            // there is one account
            ImportOutcome::ForeignLink(_) | ImportOutcome::ForeignAgent(_) => {
                Err(TestServerError::NoKey)
            }
        }
    }

    /// A link as it is now, as the API would answer it; `None` where there is no such link.
    pub async fn link(&self, link_id: &str) -> Option<Value> {
        let link_id = LinkId::try_from(link_id.to_owned()).ok()?;
        let unchanged = Arc::new(|stored: &StoredLink| Ok(stored.clone()));
        match self.store.update_link(self.account, link_id, unchanged).await {
            Ok(UpdateOutcome::Updated(link)) => {
                serde_json::to_value(link.into_link(self.clock.now())).ok()
            }
            _ => None,
        }
    }
}

/// Why there is no server for tests.
#[derive(Debug, thiserror::Error)]
pub enum TestServerError {
    #[error(transparent)]
    Open(#[from] OpenError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Start(#[from] StartError),
    #[error("cannot listen on 127.0.0.1")]
    Listen(#[source] std::io::Error),
    #[error(transparent)]
    Links(#[from] LinkFileError),
    #[error("the key that was just made is not there")]
    NoKey,
}
