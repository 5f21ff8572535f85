//! A server for tests of programs that use the API: without network or setup, and with failures on
//! request.
//!
//! [`TestServer`] is the real server, with a database in memory and on a free port of this machine, behind
//! a proxy that simulates failures. Failing inside the server was rejected: code that runs in production
//! has no switch for failures.
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

#![warn(missing_docs)]

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

/// The link that exists from the start, in the API's own JSON: the link of the vendor's documentation, with
/// 12 started sessions.
pub const LINK: &str = include_str!("../../examples/links.json");

/// Id of [`LINK`].
pub const LINK_ID: &str = "lnk_01J8ZK4R2N5M6P7Q8W4T";

const ACCOUNT: &str = "test";

/// Builder for a [`TestServer`] with custom settings.
#[derive(Clone, Debug, Default)]
pub struct TestServerBuilder {
    rate_limit: i64,
}

impl TestServerBuilder {
    /// Limits the requests in a window of 60 seconds. The default is no limit. Windows follow
    /// [`TestServer::clock`], so none ends while the clock stands still.
    pub fn rate_limit(mut self, requests: u32) -> Self {
        self.rate_limit = requests.into();
        self
    }

    /// Starts the server.
    ///
    /// # Errors
    ///
    /// Returns an error if the server cannot listen on a port of 127.0.0.1.
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
            account: account.ok_or(TestServerError::NoAccount)?,
            api_key: secret.reveal().to_owned(),
            clock,
        };
        server.add_links(LINK).await?;
        Ok(server)
    }
}

/// A server in this process. It stops when it is dropped.
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
    /// Returns an error if the server cannot listen on a port of 127.0.0.1.
    pub async fn start() -> Result<TestServer, TestServerError> {
        TestServer::builder().start().await
    }

    /// Returns a builder for a server with custom settings.
    pub fn builder() -> TestServerBuilder {
        TestServerBuilder::default()
    }

    /// Returns the base URL, `http://127.0.0.1:PORT`.
    pub fn base_url(&self) -> &str {
        self.proxy.url()
    }

    /// Returns an API key of the account that owns the links.
    pub fn api_key(&self) -> &str {
        &self.api_key
    }

    /// Returns the server's clock.
    pub fn clock(&self) -> &TestClock {
        &self.clock
    }

    /// Makes the given number of requests fail, after those that earlier calls still have to fail.
    pub fn fail_next(&self, requests: usize, failure: Failure) {
        self.proxy.fail_next(requests, failure);
    }

    /// Returns the number of received requests, including failed ones.
    pub fn requests(&self) -> usize {
        self.proxy.requests()
    }

    /// Adds a list of links in the API's own JSON.
    ///
    /// # Errors
    ///
    /// Returns an error with the line if the text is not a valid list of links.
    pub async fn add_links(&self, json: &str) -> Result<(), TestServerError> {
        let file = LinkFile::parse(Path::new("links"), json.as_bytes())?;
        match self.store.import_links(ACCOUNT.to_owned(), file.links().to_vec()).await? {
            ImportOutcome::Imported(_) => Ok(()),
            // cannot happen: there is one account
            ImportOutcome::ForeignLink(_) | ImportOutcome::ForeignAgent(_) => {
                Err(TestServerError::NoAccount)
            }
        }
    }

    /// Returns a link in the API's own JSON, or `None` if there is no such link.
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

/// Reason why a [`TestServer`] failed to start or to add links.
#[derive(Debug, thiserror::Error)]
pub enum TestServerError {
    /// The database was not opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The server did not start.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The proxy cannot listen on a port.
    #[error("failed to listen on 127.0.0.1")]
    Listen(#[source] std::io::Error),
    /// The links are invalid.
    #[error(transparent)]
    Links(#[from] LinkFileError),
    /// The test's account or key is missing from the database.
    #[error("the account of the test is missing")]
    NoAccount,
}
