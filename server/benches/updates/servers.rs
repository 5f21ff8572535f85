//! The measured servers, each in its own process, and their databases.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use agenthuman_links_server::clock::SystemClock;
use agenthuman_links_server::{Config, start_server_on};
use slog::{Logger, o};

use crate::postgres::execute;
use crate::store::NoStore;

const LINKS_SERVER: &str = env!("CARGO_BIN_EXE_links-server");
/// Argument with which this program serves a store that does nothing.
pub(crate) const NOTHING: &str = "serve-nothing";
/// Argument with which this program serves Dropshot alone.
pub(crate) const BARE: &str = "serve-bare-dropshot";

/// A measured server, of one or more processes.
pub(crate) struct Target {
    pub(crate) name: &'static str,
    pub(crate) addresses: Vec<SocketAddr>,
    pub(crate) key: String,
    processes: Vec<Child>,
}

impl Target {
    pub(crate) fn links_server(name: &'static str, database: &str, key: &str) -> Self {
        Target::start(name, key, [links_server(database)])
    }

    pub(crate) fn two_servers(name: &'static str, database: &str, key: &str) -> Self {
        Target::start(name, key, [links_server(database), links_server(database)])
    }

    pub(crate) fn peer(
        name: &'static str,
        binary: &Path,
        database: &str,
        connections: u32,
        key: &str,
    ) -> Self {
        let mut command = Command::new(binary);
        command.args([database, &connections.to_string()]);
        Target::start(name, key, [command])
    }

    /// Another version of links-server, from its binary.
    pub(crate) fn baseline(name: &'static str, binary: &Path, database: &str, key: &str) -> Self {
        Target::start(name, key, [server_of(binary, database)])
    }

    /// This program, in the mode that the argument selects.
    pub(crate) fn this_program(name: &'static str, mode: &str) -> Self {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.arg(mode);
        Target::start(name, &format!("ah_live_{}", "0".repeat(32)), [command])
    }

    fn start(name: &'static str, key: &str, commands: impl IntoIterator<Item = Command>) -> Self {
        let mut target =
            Target { name, addresses: Vec::new(), key: key.to_owned(), processes: Vec::new() };
        for mut command in commands {
            let mut process = command.stdout(Stdio::piped()).spawn().unwrap();
            let mut line = String::new();
            BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
            let address = line.trim().strip_prefix("listening on http://").expect("an address");
            target.addresses.push(address.parse().unwrap());
            target.processes.push(process);
        }
        target
    }

    /// Returns the resident memory of all its processes in KiB.
    pub(crate) fn memory(&self) -> u64 {
        let of = |process: &Child| -> u64 {
            let status = std::fs::read_to_string(format!("/proc/{}/status", process.id()));
            let status = status.unwrap_or_default();
            let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
            line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok()).unwrap_or(0)
        };
        self.processes.iter().map(of).sum()
    }

    /// Returns the processor time of all its processes.
    pub(crate) fn processor_time(&self) -> Duration {
        let of = |process: &Child| {
            let stat = std::fs::read_to_string(format!("/proc/{}/stat", process.id()));
            let stat = stat.unwrap_or_default();
            // fields 14 and 15 of proc(5), counted from the end of the name of the program
            let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
            fields.skip(11).take(2).filter_map(|ticks| ticks.parse::<u64>().ok()).sum::<u64>()
        };
        // Linux reports hundredths of a second to programs, whatever its own clock is
        Duration::from_millis(10 * self.processes.iter().map(of).sum::<u64>())
    }
}

impl Drop for Target {
    fn drop(&mut self) {
        for process in &mut self.processes {
            let _ = process.kill();
            let _ = process.wait();
        }
    }
}

fn links_server(database: &str) -> Command {
    server_of(Path::new(LINKS_SERVER), database)
}

fn server_of(binary: &Path, database: &str) -> Command {
    let mut command = Command::new(binary);
    // the peer does not log requests either
    command.args(["serve", "--bind", "127.0.0.1:0", "--rate-limit", "0", "--log-level", "warn"]);
    command.args(["--database", database]);
    command
}

/// Serves on the same number of threads as links-server, until the process is killed.
pub(crate) async fn serve(server: impl Future<Output = ()> + Send + 'static) {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.spawn(server).await.unwrap();
}

/// A server on a store that does nothing.
pub(crate) async fn nothing() {
    let log = Logger::root(slog::Discard, o!());
    let address = "127.0.0.1:0".parse().unwrap();
    let database = "sqlite::memory:".parse().unwrap();
    let mut config = Config::new(address, database, Arc::new(SystemClock), log);
    config.rate_limit = 0;
    let server = start_server_on(Arc::new(NoStore), config).await.unwrap();
    println!("listening on {}", server.url());
    std::future::pending::<()>().await;
}

/// Builds the peer, which is outside the workspace.
pub(crate) fn build_peer() -> PathBuf {
    let target = Path::new(LINKS_SERVER).ancestors().nth(2).unwrap().join("peer");
    let built = Command::new(env!("CARGO"))
        .args(["build", "--release", "--quiet", "--manifest-path"])
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/benches/peer/Cargo.toml"))
        .arg("--target-dir")
        .arg(&target)
        .status();
    assert!(built.unwrap().success(), "the peer does not build");
    target.join("release/links-peer")
}

/// Creates an SQLite database with this number of links. Returns its URL and a key.
pub(crate) fn sqlite(path: &Path, links: usize) -> (String, String) {
    sqlite_of(Path::new(LINKS_SERVER), path, links)
}

/// The same with the tables of another version of links-server.
pub(crate) fn sqlite_of(binary: &Path, path: &Path, links: usize) -> (String, String) {
    let url = format!("sqlite:{}", path.display());
    let key = create_key_with(binary, &url);
    let connection = rusqlite::Connection::open(path).unwrap();
    let sql = format!(
        "PRAGMA cache_size = -500000;
         BEGIN;
         {AGENT};
         WITH RECURSIVE n (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM n WHERE n < {links} - 1)
         INSERT INTO links (link_id, account_id, agent_id, name, status, uses, created_at)
         SELECT printf('lnk_%08d', n), 1, 'agnt_1', 'Name', 'active', 12, n FROM n;
         COMMIT;
         PRAGMA wal_checkpoint (TRUNCATE);"
    );
    connection.execute_batch(&sql).unwrap();
    std::fs::write(path.with_extension("key"), &key).unwrap();
    (url, key)
}

/// Returns the key of a database that [`sqlite`] created.
pub(crate) fn key_of(url: &str) -> String {
    let path = PathBuf::from(url.strip_prefix("sqlite:").unwrap());
    std::fs::read_to_string(path.with_extension("key")).unwrap()
}

/// Creates a PostgreSQL database with this number of links. Returns its URL and a key.
pub(crate) async fn postgres(server: &str, name: &str, links: usize) -> (String, String) {
    execute(server, &format!("CREATE DATABASE {name}")).await;
    let (address, _) = server.rsplit_once('/').unwrap();
    let url = format!("{address}/{name}");
    let key = create_key(&url);
    let sql = format!(
        "{AGENT};
         INSERT INTO links (link_id, account_id, agent_id, name, status, uses, created_at)
         SELECT 'lnk_' || lpad(n::text, 8, '0'), 1, 'agnt_1', 'Name', 'active', 12, n
         FROM generate_series(0, {links} - 1) n;"
    );
    execute(&url, &sql).await;
    execute(&url, "VACUUM ANALYZE").await;
    (url, key)
}

const AGENT: &str = "INSERT INTO agents (agent_id, account_id, name, created_at, voice_provider,
        voice_agent_id, voice_auth_method)
    VALUES ('agnt_1', 1, 'Support Agent', 0, 'ElevenLabs', 'el_agent', 'public')";

fn create_key(url: &str) -> String {
    create_key_with(Path::new(LINKS_SERVER), url)
}

fn create_key_with(binary: &Path, url: &str) -> String {
    let create = ["keys", "create", "--account", "bench", "--database", url];
    let output = Command::new(binary).args(create).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}
