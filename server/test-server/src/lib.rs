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
use std::sync::atomic::{AtomicBool, Ordering};

use agenthuman_links_api::types::{Agent, AuthMethod, LinkId, LinkStatus, LinkUses, VoiceAgent};
use agenthuman_links_server::clock::Clock;
use agenthuman_links_server::database_url::DatabaseUrl;
use agenthuman_links_server::key::{KeyKind, Secret};
use agenthuman_links_server::link::StoredLink;
use agenthuman_links_server::link_file::{LinkFile, LinkFileError};
use agenthuman_links_server::store::{
    self, AccountId, Different, Import, ImportOutcome, MissingDatabase, NewKey, OpenError, Store,
    StoreError, UpdateOutcome,
};
use agenthuman_links_server::{Config, Server, StartError, link_id, start_server_on};
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

/// Id of the agent of [`LINK`].
pub const AGENT_ID: &str = "agnt_01J8ZK4R2N5M6P7Q8W4T";

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

    /// Adds a list of links in the API's own JSON, with their agents. Those that exist are replaced.
    ///
    /// # Errors
    ///
    /// Returns an error with the line if the text is not a valid list of links.
    pub async fn add_links(&self, json: &str) -> Result<(), TestServerError> {
        let file = LinkFile::parse(Path::new("links"), json.as_bytes())?;
        self.import(file.to_import(Different::Replace)).await
    }

    /// Adds an agent with this name, for links that a test creates. Returns its id.
    ///
    /// # Errors
    ///
    /// Returns an error if the database fails.
    pub async fn add_agent(&self, name: &str) -> Result<String, TestServerError> {
        let now = self.clock.now();
        let id = link_id::new(now).map_err(TestServerError::Random)?;
        let agent = Agent {
            agent_id: id.replace("lnk_", "agnt_"),
            name: name.to_owned(),
            avatar_image_url: None,
            created_at: now,
            voice_agent: VoiceAgent {
                provider: "ElevenLabs".to_owned(),
                agent_id: "el_agent".to_owned(),
                auth_method: AuthMethod::Public,
            },
        };
        let agent_id = agent.agent_id.clone();
        let import = Import { agents: vec![agent], links: Vec::new(), different: Different::Keep };
        self.import(import).await?;
        Ok(agent_id)
    }

    /// Starts a session of a link as a visitor does: `uses` rises by one, so that a test can reach the
    /// link's `use_limit`. Updates at the same time are not lost.
    ///
    /// ```
    /// use agenthuman_links::{Client, LinkStatus};
    /// use agenthuman_links_test_server::TestServer;
    ///
    /// # #[tokio::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let server = TestServer::start().await?;
    /// let client = Client::builder().base_url(server.base_url()).api_key(server.api_key()).build()?;
    /// let agent_id = server.add_agent("Support Agent").await?;
    /// let link = client.create_link(agent_id.as_str()).use_limit(1).send().await?;
    /// let id = link.link_id.as_str();
    /// server.start_session(id).await?;
    /// let link = client.get_link(id).send().await?;
    /// assert_eq!((link.uses, link.status), (1, LinkStatus::Expired));
    /// assert!(server.start_session(id).await.is_err());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error if the link does not exist or is not active.
    pub async fn start_session(&self, link_id: &str) -> Result<(), TestServerError> {
        let no_link = || TestServerError::NoLink(link_id.to_owned());
        let id = LinkId::try_from(link_id.to_owned()).map_err(|_| no_link())?;
        let started = Arc::new(AtomicBool::new(false));
        // The store may call the rules more than once, and saves the result of the last call.
        let rules = {
            let (started, clock) = (Arc::clone(&started), self.clock.clone());
            move |stored: &StoredLink| {
                let mut link = stored.clone();
                let active = stored.clone().into_link(clock.now()).status == LinkStatus::Active;
                let uses = LinkUses::try_from(*stored.uses + 1).ok().filter(|_| active);
                started.store(uses.is_some(), Ordering::SeqCst);
                link.uses = uses.unwrap_or(link.uses);
                Ok(link)
            }
        };
        match self.store.update_link(self.account, id, Arc::new(rules)).await? {
            UpdateOutcome::Updated(_) if started.load(Ordering::SeqCst) => Ok(()),
            UpdateOutcome::NotFound => Err(no_link()),
            UpdateOutcome::Updated(_) | UpdateOutcome::Rejected(_) => {
                Err(TestServerError::NotActive(link_id.to_owned()))
            }
        }
    }

    async fn import(&self, import: Import) -> Result<(), TestServerError> {
        match self.store.import(ACCOUNT.to_owned(), import).await? {
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
        let link = self.store.find_link(self.account, link_id).await.ok()??;
        serde_json::to_value(link.into_link(self.clock.now())).ok()
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
    /// The operating system has no random bits for an id.
    #[error("failed to choose an id")]
    Random(#[source] link_id::SysError),
    /// There is no such link.
    #[error("no link {0}")]
    NoLink(String),
    /// The link accepts no session.
    #[error("link {0} is not active")]
    NotActive(String),
    /// The test's account or key is missing from the database.
    #[error("the account of the test is missing")]
    NoAccount,
}
