//! PostgreSQL that falls silent, becomes read-only or runs out of sessions.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use agenthuman_links_server::store::{self, MissingDatabase};
use serde_json::{Value, json};

use crate::harness::{FOREIGN_LINK_ID, LINK_ID, TestResponse, TestServer, link_with};
use crate::postgres::{self, Cluster, Durability, execute, signal, until, value};
use crate::process::{Serving, Workspace};
use crate::stalling_proxy::StallingProxy;

/// Time within which a server serves again.
const HEALED: Duration = Duration::from_secs(10);

/// Time limit of a request to the store.
const DEADLINE: Duration = Duration::from_secs(5);

/// Time limit of a request that no fault delays.
const PROMPT: Duration = Duration::from_secs(1);

/// Rate limit that these tests do not reach.
const RATE_LIMIT: i64 = 100_000;

async fn server_on(url: &str) -> TestServer {
    TestServer::over(url.parse().unwrap(), tempfile::tempdir().unwrap(), RATE_LIMIT).await
}

/// Returns the URL with other hosts.
fn with_hosts(url: &str, hosts: &str) -> String {
    let (start, rest) = url.split_once('@').unwrap();
    format!("{start}@{hosts}/{}", rest.split_once('/').unwrap().1)
}

/// Returns the host and the port of the URL.
fn host_of(url: &str) -> SocketAddr {
    let (_, rest) = url.split_once('@').unwrap();
    rest.split_once('/').unwrap().0.parse().unwrap()
}

/// Updates the link until that succeeds. Returns the time that took.
async fn heal(server: &TestServer) -> Duration {
    let began = Instant::now();
    while server.update(json!({ "name": "Healed" })).await.status != 200 {
        assert!(began.elapsed() < HEALED, "still failing after {:?}", began.elapsed());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(began.elapsed() < HEALED, "{:?}", began.elapsed());
    began.elapsed()
}

async fn timed(request: impl Future<Output = TestResponse>) -> (TestResponse, Duration) {
    let began = Instant::now();
    (request.await, began.elapsed())
}

/// Returns an update with another key than the server's own.
fn request_as(key: &str, server: &TestServer, link: &str, body: String) -> reqwest::RequestBuilder {
    let request = server.client.put(format!("{}/v1/links/{link}", server.base_url()));
    request.header("x-api-key", key).header("content-type", "application/json").body(body)
}

fn with_admin(config: &mut agenthuman_links_server::Config) {
    config.admin_bind = Some("127.0.0.1:0".parse().unwrap());
}

async fn readiness(server: &TestServer) -> u16 {
    server.client.get(server.admin_url("/readyz")).send().await.unwrap().status().as_u16()
}

/// Returns the session that sent this statement last.
async fn backend(url: &str, statement: &str) -> i32 {
    value(
        url,
        &format!(
            "SELECT pid FROM pg_stat_activity WHERE application_name = 'links-server'
             AND datname = current_database() AND query LIKE '{statement}%' LIMIT 1"
        ),
    )
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn first_host_that_falls_silent_is_replaced_by_second() {
    let test = "first_host_that_falls_silent_is_replaced_by_second";
    let Some(url) = postgres::database_url(test).await else { return };
    let first = StallingProxy::start(host_of(&url)).await;
    let hosts = format!("127.0.0.1:{},{}", first.port(), host_of(&url));
    let server = server_on(&with_hosts(&url, &hosts)).await;
    assert_eq!(server.update("{}").await.status, 200);
    first.stall();
    heal(&server).await;
    let (response, time) = timed(server.update("{}")).await;
    assert_eq!(response.status, 200);
    assert!(time < PROMPT, "{time:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn server_starts_while_first_host_is_silent() {
    let test = "server_starts_while_first_host_is_silent";
    let Some(url) = postgres::database_url(test).await else { return };
    let server = server_on(&url).await;
    let silent = StallingProxy::start(host_of(&url)).await;
    silent.stall();
    // a full backlog drops the packets that open a connection
    let full = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).unwrap();
    full.bind(&"127.0.0.1:0".parse::<SocketAddr>().unwrap().into()).unwrap();
    full.listen(0).unwrap();
    let full = full.local_addr().unwrap().as_socket().unwrap();
    let _clients: Vec<_> = (0..4)
        .map(|_| std::net::TcpStream::connect_timeout(&full, Duration::from_millis(100)))
        .collect();
    let hosts = format!("127.0.0.1:{},{full},{}", silent.port(), host_of(&url));
    let began = Instant::now();
    let database = with_hosts(&url, &hosts).parse().unwrap();
    store::open(&database, MissingDatabase::Fail).await.unwrap();
    assert!(began.elapsed() < Duration::from_secs(3), "{:?}", began.elapsed());
    drop(server);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn silent_database_fails_start_within_connect_timeout() {
    let test = "silent_database_fails_start_within_connect_timeout";
    let Some(url) = postgres::database_url(test).await else { return };
    let silent = StallingProxy::start(host_of(&url)).await;
    silent.stall();
    let url = with_hosts(&url, &format!("127.0.0.1:{}", silent.port()));
    let began = Instant::now();
    let database = format!("{url}connect_timeout=1").parse().unwrap();
    store::open(&database, MissingDatabase::Fail).await.unwrap_err();
    let time = began.elapsed();
    assert!(time > Duration::from_millis(900) && time < Duration::from_secs(2), "{time:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn frozen_counter_of_rate_limit_delays_no_key() {
    let test = "frozen_counter_of_rate_limit_delays_no_key";
    let Some(url) = postgres::database_url(test).await else { return };
    let mut server = server_on(&url).await;
    let left = |response: &TestResponse| response.number("X-RateLimit-Remaining");
    let before = left(&server.update("{}").await);
    let frozen = backend(&url, "INSERT INTO rate_windows").await.to_string();
    signal(&frozen, "STOP");
    for account in ["acme", "other", "acme"] {
        server.switch_account(account).await;
        let link = if account == "acme" { LINK_ID } else { FOREIGN_LINK_ID };
        let (response, time) = timed(server.send(server.request(link, "{}"))).await;
        assert_eq!(response.status, 200);
        assert!(time < PROMPT, "{time:?}");
    }
    // another session counts, while the frozen one still exists
    until(HEALED, async || {
        let now = left(&server.update("{}").await);
        let shared = left(&server.another().await.update("{}").await);
        shared == now - 1
    })
    .await;
    assert!(before > 0);
    signal(&frozen, "CONT");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_that_cannot_be_counted_are_rejected_if_configured() {
    let test = "requests_that_cannot_be_counted_are_rejected_if_configured";
    let Some(url) = postgres::database_url(test).await else { return };
    let mut server = server_on(&url).await;
    let reject = |config: &mut agenthuman_links_server::Config| {
        config.rate_limit_failure = agenthuman_links_server::RateLimitFailure::Reject;
    };
    server.configure(reject).await;
    assert_eq!(server.update("{}").await.status, 200);
    let frozen = backend(&url, "INSERT INTO rate_windows").await.to_string();
    signal(&frozen, "STOP");
    let (response, time) = timed(server.update("{}")).await;
    assert_eq!(response.status, 503);
    assert!(time < PROMPT, "{time:?}");
    heal(&server).await;
    signal(&frozen, "CONT");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn frozen_session_is_replaced_and_its_update_is_not_stored() {
    let test = "frozen_session_is_replaced_and_its_update_is_not_stored";
    let Some(url) = postgres::database_url(test).await else { return };
    let server = server_on(&url).await;
    assert_eq!(server.update(json!({ "name": "Before" })).await.status, 200);
    let frozen = backend(&url, "SELECT links").await;
    let frozen = match frozen {
        0 => backend(&url, "UPDATE links").await,
        pid => pid,
    }
    .to_string();
    signal(&frozen, "STOP");
    let (response, time) = timed(server.update(json!({ "name": "Late" }))).await;
    response.is_rejected(503, "UNAVAILABLE", None);
    assert!(time < DEADLINE + PROMPT, "{time:?}");
    let (response, time) = timed(server.update("{}")).await;
    assert_eq!(response.link()["name"], "Before");
    assert!(time < PROMPT, "{time:?}");
    signal(&frozen, "CONT");
    until(HEALED, async || {
        let count = format!("SELECT count(*) = 0 FROM pg_stat_activity WHERE pid = {frozen}");
        value::<bool>(&url, &count).await
    })
    .await;
    assert_eq!(server.link().await["name"], "Before");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn update_that_waits_past_deadline_is_cancelled() {
    let test = "update_that_waits_past_deadline_is_cancelled";
    let Some(url) = postgres::database_url(test).await else { return };
    // without PostgreSQL's own limits
    let options = "options=-c%20lock_timeout%3D0%20-c%20statement_timeout%3D0";
    let server = server_on(&format!("{url}{options}")).await;
    let lock = Lock::take(&url, &format!("SELECT FROM links WHERE link_id = '{LINK_ID}'")).await;
    let (response, time) = timed(server.update(json!({ "name": "Late" }))).await;
    response.is_rejected(503, "UNAVAILABLE", None);
    assert!(time < DEADLINE + PROMPT, "{time:?}");
    let waiting = "SELECT count(*) FROM pg_stat_activity
        WHERE wait_event_type = 'Lock' AND datname = current_database()";
    assert_eq!(value::<i64>(&url, waiting).await, 0);
    lock.release().await;
    assert_eq!(server.link().await["name"], "Before");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn commit_without_synchronous_standby_is_not_confirmed() {
    let test = "commit_without_synchronous_standby_is_not_confirmed";
    let Some(cluster) = Cluster::start(test, Durability::Off).await else { return };
    let mut server = server_on(&cluster.url()).await;
    server.configure(with_admin).await;
    set(&cluster, "synchronous_standby_names", "missing").await;
    assert_eq!(readiness(&server).await, 503);
    let (response, time) = timed(server.update(json!({ "name": "Unknown" }))).await;
    response.is_rejected(503, "UNAVAILABLE", None);
    assert!(time < DEADLINE + PROMPT, "{time:?}");
    // the commit that waits does not block others for good
    let waiting = "SELECT count(*) FROM pg_stat_activity
        WHERE wait_event = 'SyncRep' AND query LIKE 'UPDATE links SET%'";
    assert_eq!(value::<i64>(&cluster.url(), waiting).await, 0);
    assert_eq!(server.call("GET", &format!("/v1/links/{LINK_ID}"), None).await.status, 200);
    set(&cluster, "synchronous_standby_names", "").await;
    heal(&server).await;
    until(HEALED, async || readiness(&server).await == 200).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn existing_sessions_serve_when_database_has_no_more() {
    let test = "existing_sessions_serve_when_database_has_no_more";
    let Some(url) = postgres::database_url(test).await else { return };
    let role = format!("limited_{}", std::process::id());
    let database: String = value(&url, "SELECT current_database()::text").await;
    execute(
        &url,
        &format!(
            "CREATE ROLE {role} LOGIN CONNECTION LIMIT 4; ALTER DATABASE {database} OWNER TO {role};
             GRANT ALL ON SCHEMA public TO {role}"
        ),
    )
    .await;
    let limited = url.replacen("postgres://postgres@", &format!("postgres://{role}@"), 1);
    let server = server_on(&limited).await;
    let links: Vec<_> = (0..16).map(|link| format!("lnk_{link}")).collect();
    let import: Vec<_> = links.iter().map(|link| link_with(link, json!({}))).collect();
    server.import("acme", Value::from(import)).await;
    for round in 0..3 {
        let began = Instant::now();
        let updates = links.iter().map(|link| server.send(server.request(link, "{}")));
        for response in futures_util::future::join_all(updates).await {
            assert_eq!(response.status, 200, "round {round}: {response:?}");
        }
        assert!(began.elapsed() < Duration::from_secs(3), "{:?}", began.elapsed());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn read_only_sessions_are_closed() {
    let test = "read_only_sessions_are_closed";
    let Some(cluster) = Cluster::start(test, Durability::Off).await else { return };
    let mut server = server_on(&cluster.url()).await;
    server.configure(with_admin).await;
    assert_eq!((server.update("{}").await.status, readiness(&server).await), (200, 200));
    set(&cluster, "default_transaction_read_only", "on").await;
    until(HEALED, async || readiness(&server).await == 503).await;
    assert_eq!(server.update(json!({ "name": "Rejected" })).await.status, 503);
    // the sessions of the pool are gone; that of the rate limit has not been used since
    let sessions = "SELECT count(*) FROM pg_stat_activity
        WHERE application_name = 'links-server' AND query NOT LIKE 'INSERT INTO rate_windows%'";
    until(HEALED, async || value::<i64>(&cluster.url(), sessions).await == 0).await;
    set(&cluster, "default_transaction_read_only", "off").await;
    let (response, time) = timed(server.update(json!({ "name": "Again" }))).await;
    assert_eq!(response.status, 200);
    assert!(time < PROMPT, "{time:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn locked_link_does_not_delay_other_accounts() {
    let test = "locked_link_does_not_delay_other_accounts";
    let Some(url) = postgres::database_url(test).await else { return };
    let mut server = server_on(&url).await;
    let acme = server.key.clone();
    server.switch_account("other").await;
    let lock = Lock::take(&url, &format!("SELECT FROM links WHERE link_id = '{LINK_ID}'")).await;
    let blocked = (0..64).map(|_| {
        let body = json!({ "name": "Blocked" }).to_string();
        server.send(request_as(&acme, &server, LINK_ID, body))
    });
    let blocked = futures_util::future::join_all(blocked);
    let others = async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        for _ in 0..20 {
            let body = json!({ "name": "Prompt" }).to_string();
            let (response, time) = timed(server.send(server.request(FOREIGN_LINK_ID, body))).await;
            assert_eq!(response.status, 200);
            assert!(time < PROMPT, "{time:?}");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    let (blocked, ()) = tokio::join!(blocked, others);
    for response in blocked {
        assert_eq!(response.status, 503);
    }
    lock.release().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn locked_counter_of_one_key_delays_no_key() {
    let test = "locked_counter_of_one_key_delays_no_key";
    let Some(url) = postgres::database_url(test).await else { return };
    let mut server = server_on(&url).await;
    assert_eq!(server.update("{}").await.status, 200);
    let lock = Lock::take(&url, "SELECT FROM rate_windows").await;
    let (response, time) = timed(server.update("{}")).await;
    assert_eq!(response.status, 200);
    assert!(time < PROMPT, "{time:?}");
    let acme = server.key.clone();
    server.switch_account("other").await;
    let mut times = Vec::new();
    for _ in 0..20 {
        let locked = timed(server.send(request_as(&acme, &server, LINK_ID, "{}".to_owned())));
        let free = timed(server.send(server.request(FOREIGN_LINK_ID, "{}")));
        for (response, time) in [locked.await, free.await] {
            assert_eq!(response.status, 200);
            times.push(time);
        }
    }
    times.sort_unstable();
    assert!(times[times.len() / 2] < Duration::from_millis(100), "{times:?}");
    lock.release().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn log_has_message_and_sqlstate_of_failure_but_no_values() {
    let test = "log_has_message_and_sqlstate_of_failure_but_no_values";
    let Some(url) = postgres::database_url(test).await else { return };
    let importer = server_on(&url).await;
    let workspace = Workspace::new();
    let arguments = ["serve", "--bind", "127.0.0.1:0", "--log-format", "json", "--database"];
    let server = Serving::start(&mut workspace.command(&[&arguments[..], &[&url]].concat()));
    let lock = Lock::take(&url, &format!("SELECT FROM links WHERE link_id = '{LINK_ID}'")).await;
    let update = async || {
        let request = importer.client.put(format!("http://{}/v1/links/{LINK_ID}", server.address));
        let body = json!({ "name": "Confidential" }).to_string();
        let request = request.header("x-api-key", &importer.key).body(body);
        request.header("content-type", "application/json").send().await.unwrap().status()
    };
    assert_eq!(update().await, 503);
    lock.release().await;
    // a constraint whose violation quotes the whole row
    execute(&url, "ALTER TABLE links ADD CHECK (name <> 'Confidential')").await;
    assert_eq!(update().await, 500);
    server.signal("TERM");
    let log = server.finish().stderr;
    assert!(log.contains("canceling statement due to lock timeout (SQLSTATE 55P03)"), "{log}");
    assert!(log.contains("violates check constraint") && log.contains("(SQLSTATE 23514)"), "{log}");
    assert!(!log.contains("Confidential") && !log.contains(&importer.key), "{log}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pgbouncer_is_supported_in_session_mode_only() {
    let test = "pgbouncer_is_supported_in_session_mode_only";
    let Some(url) = postgres::database_url(test).await else { return };
    let Some(bouncer) = PgBouncer::start(test, host_of(&url), "session") else { return };
    let server = server_on(&with_hosts(&url, &bouncer.host())).await;
    assert_eq!(server.update(json!({ "name": "Pooled" })).await.status, 200);
    for mode in ["transaction", "statement"] {
        let Some(bouncer) = PgBouncer::start(test, host_of(&url), mode) else { return };
        let database = with_hosts(&url, &bouncer.host()).parse().unwrap();
        let error = store::open(&database, MissingDatabase::Fail).await.unwrap_err().to_string();
        assert!(error.contains("session mode"), "{mode}: {error}");
    }
}

/// Changes a setting of a running PostgreSQL server.
async fn set(cluster: &Cluster, name: &str, setting: &str) {
    let url = format!("{}?options=-c%20default_transaction_read_only%3Doff", cluster.url());
    execute(&url, &format!("ALTER SYSTEM SET {name} = '{setting}'")).await;
    execute(&url, "SELECT pg_reload_conf()").await;
    let is_set = format!("SELECT setting = '{setting}' FROM pg_settings WHERE name = '{name}'");
    // a new session sees the new setting at once, the existing ones a moment later
    until(HEALED, async || value::<bool>(&cluster.url(), &is_set).await).await;
    tokio::time::sleep(Duration::from_millis(200)).await;
}

/// Locks of rows, held by a session that does nothing else.
struct Lock {
    client: tokio_postgres::Client,
}

impl Lock {
    /// Locks the rows that a query selects.
    async fn take(url: &str, query: &str) -> Self {
        let (client, connection) =
            tokio_postgres::connect(url, tokio_postgres::NoTls).await.unwrap();
        tokio::spawn(connection);
        client.batch_execute(&format!("BEGIN; {query} FOR UPDATE")).await.unwrap();
        Lock { client }
    }

    async fn release(self) {
        self.client.batch_execute("ROLLBACK").await.unwrap();
    }
}

/// A PgBouncer in front of a PostgreSQL server.
struct PgBouncer {
    port: u16,
    process: Child,
    _directory: tempfile::TempDir,
}

impl PgBouncer {
    fn start(test: &str, target: SocketAddr, mode: &str) -> Option<Self> {
        let directory = tempfile::tempdir().unwrap();
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        drop(listener);
        let path = directory.path().join("pgbouncer.ini");
        let configuration = format!(
            "[pgbouncer]\nlisten_addr = 127.0.0.1\n\
             listen_port = {port}\nunix_socket_dir =\nauth_type = any\npool_mode = {mode}\n\
             [databases]\n* = host={} port={} user=postgres\n",
            target.ip(),
            target.port(),
        );
        std::fs::write(&path, configuration).unwrap();
        let program = ["/usr/sbin/pgbouncer", "/usr/bin/pgbouncer"].map(PathBuf::from);
        let Some(program) = program.into_iter().find(|program| program.exists()) else {
            assert!(
                std::env::var_os("LINKS_REQUIRE_PGBOUNCER").is_none(),
                "no PgBouncer, but LINKS_REQUIRE_PGBOUNCER is set"
            );
            eprintln!("SKIPPED {test}: no PgBouncer here");
            return None;
        };
        let mut command = Command::new(program);
        command.arg(&path).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        if let Some(user) = postgres::user() {
            use std::os::unix::process::CommandExt;
            std::os::unix::fs::chown(directory.path(), Some(user), None).unwrap();
            command.uid(user);
        }
        let process = command.spawn().unwrap();
        let began = Instant::now();
        while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(began.elapsed() < HEALED, "PgBouncer does not start");
            std::thread::sleep(Duration::from_millis(20));
        }
        Some(PgBouncer { port, process, _directory: directory })
    }

    fn host(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }
}

impl Drop for PgBouncer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
