//! A server in this process, on a free port and a new database, with a clock that tests control.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use agenthuman_links_server::clock::Clock;
use agenthuman_links_server::database_url::DatabaseUrl;
use agenthuman_links_server::key::{KeyKind, Secret};
use agenthuman_links_server::link_file::LinkFile;
use agenthuman_links_server::store::{
    self, Different, ImportOutcome, KeyId, MissingDatabase, NewKey, Store,
};
use agenthuman_links_server::{Config, Server, start_server};
use agenthuman_links_test_server::TestClock;
use agenthuman_server_runtime::timestamp::Timestamp;
use reqwest::header::HeaderMap;
use serde_json::{Value, json};
use slog::{Logger, o};
use tempfile::TempDir;

/// The link of the vendor's documentation.
pub(crate) const LINK_ID: &str = "lnk_01J8ZK4R2N5M6P7Q8W4T";
/// A link of another account.
pub(crate) const FOREIGN_LINK_ID: &str = "lnk_foreign";
/// Rate limit that tests do not reach by accident.
const RATE_LIMIT: i64 = 100_000;

/// Returns the documented link before the documented update: 12 of 50 sessions, expires in 2030.
pub(crate) fn documented_link() -> Value {
    json!({
        "link_id": LINK_ID,
        "name": "Before",
        "url": format!("https://app.agenthuman.com/s/{LINK_ID}"),
        "agent": {
            "agent_id": "agnt_01J8ZK4R2N5M6P7Q8W4T",
            "name": "Support Agent",
            "avatar_image_url": "https://cdn.example.com/avatars/support.jpg",
            "created_at": "2024-01-15T10:00:00Z",
            "voice_agent": {
                "provider": "ElevenLabs",
                "agent_id": "el_agent_xxxxxxxxxxxxxxxx",
                "auth_method": "public",
            },
        },
        "status": "active",
        "uses": 12,
        "use_limit": 50,
        "created_at": "2024-01-15T10:30:00Z",
        "expires_at": "2030-01-01T00:00:00Z",
    })
}

/// Returns the documented link with other values and its own agent.
pub(crate) fn link_with(link_id: &str, changes: Value) -> Value {
    let mut link = documented_link();
    link["link_id"] = link_id.into();
    link["url"] = format!("https://app.agenthuman.com/s/{link_id}").into();
    link["agent"]["agent_id"] = format!("agnt_of_{link_id}").into();
    for (name, value) in changes.as_object().unwrap() {
        link[name] = value.clone();
    }
    link
}

pub(crate) fn timestamp(text: &str) -> Timestamp {
    serde_json::from_value(text.into()).unwrap()
}

/// Declares tests that get a server, once for each engine.
macro_rules! on_every_store {
    ($($test:ident,)*) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() {
                super::$test($crate::harness::TestServer::start().await).await;
            })*
        }

        #[cfg(feature = "postgres")]
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() {
                let name = concat!(module_path!(), "::", stringify!($test));
                if let Some(server) = $crate::harness::TestServer::on_postgres(name).await {
                    super::$test(server).await;
                }
            })*
        }
    };
}

pub(crate) use on_every_store;

pub(crate) struct TestServer {
    /// `None` while it is being restarted.
    server: Option<Server>,
    pub(crate) clock: TestClock,
    /// A key of the account that owns [`LINK_ID`].
    pub(crate) key: String,
    pub(crate) client: reqwest::Client,
    database: DatabaseUrl,
    directory: TempDir,
    postgres_url: Option<String>,
    rate_limit: i64,
    configure: fn(&mut Config),
    /// Files of the certificate and its key; plain HTTP if `None`.
    tls: Option<(PathBuf, PathBuf)>,
}

/// A complete response.
#[derive(Debug)]
pub(crate) struct TestResponse {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

impl TestServer {
    pub(crate) async fn start() -> Self {
        TestServer::with_rate_limit(RATE_LIMIT).await
    }

    pub(crate) async fn with_rate_limit(rate_limit: i64) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let database = DatabaseUrl::SqliteFile(directory.path().join("links.db"));
        TestServer::over(database, directory, rate_limit).await
    }

    #[cfg(feature = "postgres")]
    pub(crate) async fn on_postgres(test: &str) -> Option<Self> {
        let url = crate::postgres::database_url(test).await?;
        let directory = tempfile::tempdir().unwrap();
        let mut server = TestServer::over(url.parse().unwrap(), directory, RATE_LIMIT).await;
        server.postgres_url = Some(url);
        Some(server)
    }

    /// Starts a server with custom settings.
    pub(crate) async fn configured(configure: fn(&mut Config)) -> Self {
        let mut server = TestServer::start().await;
        server.configure(configure).await;
        server
    }

    /// Restarts the server with custom settings.
    pub(crate) async fn configure(&mut self, configure: fn(&mut Config)) {
        self.configure = configure;
        self.restart().await;
    }

    /// Starts another server on the same database, with the same key.
    #[cfg(feature = "postgres")]
    pub(crate) async fn another(&self) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let mut server = TestServer::not_started(self.database(), directory, self.rate_limit);
        server.key.clone_from(&self.key);
        server.configure = self.configure;
        server.start_again().await;
        server
    }

    /// Starts a server with the documented link in account `acme`, and [`FOREIGN_LINK_ID`] in account `other`.
    pub(crate) async fn over(database: DatabaseUrl, directory: TempDir, rate_limit: i64) -> Self {
        let mut server = TestServer::not_started(database, directory, rate_limit);
        server.import("acme", json!([documented_link()])).await;
        server.import("other", json!([link_with(FOREIGN_LINK_ID, json!({}))])).await;
        server.key = server.add_key("acme").await.0;
        server.start_again().await;
        server
    }

    fn not_started(database: DatabaseUrl, directory: TempDir, rate_limit: i64) -> Self {
        let clock = TestClock::default();
        let (key, client) = (String::new(), reqwest::Client::new());
        TestServer {
            server: None,
            clock,
            key,
            client,
            database,
            directory,
            postgres_url: None,
            rate_limit,
            configure: |_| {},
            tls: None,
        }
    }

    async fn start_again(&mut self) {
        let bind = "127.0.0.1:0".parse().unwrap();
        let log = Logger::root(slog::Discard, o!());
        let mut config = Config::new(bind, self.database(), Arc::new(self.clock.clone()), log);
        config.rate_limit = self.rate_limit;
        (config.tls_certificate, config.tls_key) = self.tls.clone().unzip();
        (self.configure)(&mut config);
        self.server = Some(start_server(config).await.unwrap());
    }

    pub(crate) async fn set_rate_limit(&mut self, rate_limit: i64) {
        self.rate_limit = rate_limit;
        self.restart().await;
    }

    pub(crate) async fn restart(&mut self) {
        self.server.take().unwrap().close().await.unwrap();
        self.start_again().await;
    }

    pub(crate) async fn restart_with_tls(&mut self, certificate: &Path, key: &Path) {
        self.tls = Some((certificate.to_owned(), key.to_owned()));
        self.restart().await;
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.server.as_ref().unwrap().address()
    }

    pub(crate) fn base_url(&self) -> String {
        self.server.as_ref().unwrap().url()
    }

    pub(crate) fn admin_address(&self) -> SocketAddr {
        self.server.as_ref().unwrap().admin_address().unwrap()
    }

    /// Returns a URL on the admin address.
    pub(crate) fn admin_url(&self, path: &str) -> String {
        format!("http://{}{path}", self.admin_address())
    }

    pub(crate) fn database_path(&self) -> PathBuf {
        self.directory.path().join("links.db")
    }

    pub(crate) fn database(&self) -> DatabaseUrl {
        self.database.clone()
    }

    /// Returns the URL of the database if it was created by [`TestServer::on_postgres`].
    pub(crate) fn postgres_url(&self) -> Option<&str> {
        self.postgres_url.as_deref()
    }

    /// Sends further requests with a new key of this account.
    pub(crate) async fn switch_account(&mut self, account: &str) {
        self.key = self.add_key(account).await.0;
    }

    /// Opens the database as another process would.
    pub(crate) async fn store(&self) -> Arc<dyn Store> {
        store::open(&self.database(), MissingDatabase::Create).await.unwrap()
    }

    pub(crate) async fn add_key(&self, account: &str) -> (String, KeyId) {
        let secret = Secret::generate(KeyKind::Live);
        let key = NewKey::new(&secret, self.clock.now());
        let key_id = self.store().await.add_key(account.to_owned(), key).await.unwrap();
        (secret.reveal().to_owned(), key_id)
    }

    pub(crate) async fn import(&self, account: &str, links: Value) -> ImportOutcome {
        let path = self.directory.path().join("import.json");
        std::fs::write(&path, links.to_string()).unwrap();
        let import = LinkFile::read(&path).unwrap().to_import(Different::Keep);
        self.store().await.import(account.to_owned(), import).await.unwrap()
    }

    /// Returns a PUT request with the key and the media type.
    pub(crate) fn request(
        &self,
        link_id: &str,
        body: impl Into<reqwest::Body>,
    ) -> reqwest::RequestBuilder {
        self.client
            .put(format!("{}/v1/links/{link_id}", self.base_url()))
            .header("x-api-key", &self.key)
            .header("content-type", "application/json")
            .body(body)
    }

    pub(crate) async fn send(&self, request: reqwest::RequestBuilder) -> TestResponse {
        let response = request.send().await.unwrap();
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        let body = response.json().await.unwrap();
        TestResponse { status, headers, body }
    }

    /// Sends a request with the key, and with this raw JSON body if there is one.
    pub(crate) async fn call(
        &self,
        method: &str,
        path_and_query: &str,
        body: Option<&str>,
    ) -> TestResponse {
        let method = reqwest::Method::from_bytes(method.as_bytes()).unwrap();
        let url = format!("{}{path_and_query}", self.base_url());
        let request = self.client.request(method, url).header("x-api-key", &self.key);
        let request = match body {
            Some(body) => request.header("content-type", "application/json").body(body.to_owned()),
            None => request,
        };
        self.send(request).await
    }

    /// Updates the documented link with this raw body.
    pub(crate) async fn update(&self, body: impl ToString) -> TestResponse {
        self.send(self.request(LINK_ID, body.to_string())).await
    }

    /// Returns the documented link.
    pub(crate) async fn link(&self) -> Value {
        self.update("{}").await.link()
    }
}

impl TestResponse {
    /// Returns the link of a 200.
    pub(crate) fn link(self) -> Value {
        assert_eq!(self.status, 200, "{self:?}");
        assert_eq!(self.body["success"], true);
        self.has_rate_limit();
        self.body["link"].clone()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    pub(crate) fn number(&self, name: &str) -> i64 {
        let value = self.header(name).unwrap_or_else(|| panic!("no {name} in {self:?}"));
        value.parse().unwrap_or_else(|_| panic!("{name}: {value} is not a number"))
    }

    /// Checks the headers of every response to a valid key.
    pub(crate) fn has_rate_limit(&self) {
        assert!(self.number("X-RateLimit-Remaining") <= self.number("X-RateLimit-Limit"));
        assert!(self.number("X-RateLimit-Reset") > 0);
        self.has_one_request_id();
    }

    pub(crate) fn has_one_request_id(&self) {
        assert_eq!(self.headers.get_all("X-Request-Id").iter().count(), 1, "{self:?}");
        assert_eq!(self.header("content-type"), Some("application/json"));
    }

    /// Checks that the response is an error in the documented shape, with a suggestion, to a valid key.
    #[track_caller]
    pub(crate) fn is_rejected(&self, status: u16, code: &str, field: Option<&str>) {
        assert_eq!(self.status, status, "{self:?}");
        assert_eq!(self.body["success"], false, "{self:?}");
        let error = &self.body["error"];
        assert_eq!(error["code"], code, "{self:?}");
        assert_eq!(error["details"]["field"].as_str(), field, "{self:?}");
        for text in ["message", "suggestion"] {
            assert!(error[text].as_str().is_some_and(|text| !text.is_empty()), "{self:?}");
        }
        if let Some(field) = field {
            assert!(error["message"].as_str().unwrap().contains(field), "{self:?}");
        }
        self.has_rate_limit();
    }

    /// Checks the message and the suggestion.
    #[track_caller]
    pub(crate) fn has_message(&self, message: &str, suggestion: &str) {
        let error = &self.body["error"];
        assert_eq!(
            (&error["message"], &error["suggestion"]),
            (&json!(message), &json!(suggestion))
        );
    }
}
