//! A PostgreSQL server for the tests, from the installed binaries.
//!
//! `LINKS_TEST_POSTGRES` sets the URL of a running server instead, with a user that may create databases.
//! Without either, tests are skipped with a message on stderr, or fail if `LINKS_REQUIRE_POSTGRES` is
//! set.

use std::io::Write;
use std::net::{SocketAddr, TcpListener};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use agenthuman_links_server::database_url::DatabaseUrl;
use tokio::sync::OnceCell;
use tokio_postgres::NoTls;

/// Time limit for starting and stopping a server.
const DEADLINE: Duration = Duration::from_secs(60);

/// Creates an empty database, or returns `None` without PostgreSQL.
pub(crate) async fn database(test: &str) -> Option<DatabaseUrl> {
    Some(database_url(test).await?.parse().unwrap())
}

/// Creates an empty database and returns its URL.
pub(crate) async fn database_url(test: &str) -> Option<String> {
    static SHARED: OnceCell<Option<String>> = OnceCell::const_new();
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let base = SHARED.get_or_init(async || match std::env::var("LINKS_TEST_POSTGRES") {
        Ok(url) if !url.is_empty() => Some(url),
        _ => {
            // shared by all tests of this process
            let cluster = Cluster::new(Durability::Off, true).await?;
            Some(std::mem::ManuallyDrop::new(cluster).url())
        }
    });
    let Some(base) = base.await.as_deref() else {
        return skipped(test);
    };
    let name = format!("links_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
    execute(base, &format!("CREATE DATABASE {name}")).await;
    let (address, query) = base.split_once('?').unwrap_or((base, ""));
    let (server, _) = address.rsplit_once('/').unwrap();
    Some(format!("{server}/{name}?{query}"))
}

/// Writes to stderr directly, because libtest hides the output of tests that pass.
fn skipped<T>(test: &str) -> Option<T> {
    assert!(
        std::env::var_os("LINKS_REQUIRE_POSTGRES").is_none(),
        "no PostgreSQL, but LINKS_REQUIRE_POSTGRES is set"
    );
    let hint = "install PostgreSQL, or set LINKS_TEST_POSTGRES";
    let _ = writeln!(std::io::stderr(), "SKIPPED {test}: no PostgreSQL here ({hint})");
    None
}

/// Runs one statement on its own connection.
pub(crate) async fn execute(url: &str, statement: &str) {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
    let connection = tokio::spawn(connection);
    client.batch_execute(statement).await.unwrap();
    drop(client);
    connection.await.unwrap().unwrap();
}

/// Returns the only value of a query's only row.
pub(crate) async fn value<T>(url: &str, query: &str) -> T
where
    T: for<'a> tokio_postgres::types::FromSql<'a>,
{
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
    tokio::spawn(connection);
    client.query_one(query, &[]).await.unwrap().get(0)
}

/// Waits until a condition holds.
pub(crate) async fn until(limit: Duration, condition: impl AsyncFn() -> bool) {
    let deadline = Instant::now() + limit;
    while !condition().await {
        assert!(Instant::now() < deadline, "the condition does not hold after {limit:?}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Sends a signal. Returns false if the process has ended.
pub(crate) fn signal(pid: &str, name: &str) -> bool {
    let name = format!("-{name}");
    Command::new("kill").args([&name, pid]).stderr(Stdio::null()).status().unwrap().success()
}

/// Durability of commits, which costs time.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Durability {
    On,
    Off,
}

/// A server that stops when this is dropped or when the process ends.
pub(crate) struct Cluster {
    binaries: PathBuf,
    directory: PathBuf,
    user: Option<u32>,
    port: u16,
    durability: Durability,
    /// Starts a server that is never dropped; its files are removed when the process ends.
    leaked: bool,
    watcher: Option<Child>,
}

impl Cluster {
    /// Starts a server, or returns `None` if PostgreSQL is not installed.
    pub(crate) async fn start(test: &str, durability: Durability) -> Option<Self> {
        match Cluster::new(durability, false).await {
            Some(cluster) => Some(cluster),
            None => skipped(test),
        }
    }

    async fn new(durability: Durability, leaked: bool) -> Option<Self> {
        let binaries = binaries()?;
        let user = user();
        let directory = tempfile::tempdir().unwrap().keep();
        if user.is_some() {
            std::os::unix::fs::chown(&directory, user, None).unwrap();
        }
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut cluster =
            Cluster { binaries, directory, user, port, durability, leaked, watcher: None };
        let mut initdb = cluster.command(&cluster.binaries.join("initdb"));
        initdb.arg("--pgdata").arg(cluster.data()).args(["--username=postgres", "--auth=trust"]);
        initdb.args(["--encoding=UTF8", "--locale=C", "--no-sync"]);
        let done = initdb.output().unwrap();
        assert!(done.status.success(), "{done:?}");
        cluster.resume().await;
        Some(cluster)
    }

    /// Starts a standby that replicates synchronously, or only asynchronously once it is promoted.
    pub(crate) async fn standby(&self) -> Self {
        let directory = tempfile::tempdir().unwrap().keep();
        if self.user.is_some() {
            std::os::unix::fs::chown(&directory, self.user, None).unwrap();
        }
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut standby = Cluster {
            binaries: self.binaries.clone(),
            directory,
            user: self.user,
            port,
            durability: self.durability,
            leaked: false,
            watcher: None,
        };
        let mut copy = standby.command(&standby.binaries.join("pg_basebackup"));
        copy.arg("--pgdata").arg(standby.data()).args(["--dbname", &self.url()]);
        copy.args(["--write-recovery-conf", "--checkpoint=fast", "--no-sync"]);
        let done = copy.output().unwrap();
        assert!(done.status.success(), "{done:?}");
        standby.resume().await;
        execute(&self.url(), "ALTER SYSTEM SET synchronous_standby_names = '*'").await;
        execute(&self.url(), "SELECT pg_reload_conf()").await;
        let query = "SELECT count(*) = 1 FROM pg_stat_replication WHERE sync_state = 'sync'";
        until(DEADLINE, async || value::<bool>(&self.url(), query).await).await;
        standby
    }

    /// Makes a standby a primary.
    pub(crate) async fn promote(&self) {
        execute(&self.url(), "SELECT pg_promote()").await;
    }

    /// Freezes all processes of the server: connections stay open, and nothing responds.
    pub(crate) fn freeze(&self) {
        self.signal("STOP");
    }

    /// Sends a signal to the server's processes, the main one first.
    fn signal(&self, name: &str) {
        let pid = std::fs::read_to_string(self.data().join("postmaster.pid")).unwrap_or_default();
        let Some(pid) = pid.lines().next() else { return };
        signal(pid, name);
        let children = Command::new("pgrep").args(["-P", pid]).output().unwrap();
        for child in String::from_utf8(children.stdout).unwrap().lines() {
            signal(child, name);
        }
    }

    /// Appends to the server's configuration, for the next start.
    pub(crate) fn configure(&self, settings: &str) {
        std::fs::write(self.data().join("postgresql.auto.conf"), settings).unwrap();
    }

    /// Writes a file that only the server may read.
    pub(crate) fn private_file(&self, name: &str, text: &str) {
        let path = self.data().join(name);
        std::fs::write(&path, text).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        std::os::unix::fs::chown(&path, self.user, None).unwrap();
    }

    pub(crate) fn address(&self) -> SocketAddr {
        ([127, 0, 0, 1], self.port).into()
    }

    pub(crate) fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    /// Restarts the server.
    pub(crate) async fn resume(&mut self) {
        // The shell stops the server when its stdin closes, which happens when this process ends.
        let script = r#"clean="$1" bin="$2"; shift 2
            "$bin" "$@" >&2 & cat >/dev/null
            kill -INT $!; wait $!; $clean"#;
        let directory = self.directory.display();
        let clean = if self.leaked { format!("rm -rf {directory}") } else { String::new() };
        let mut watcher = self.command(Path::new("sh"));
        watcher.args(["-c", script, "sh", &clean]).arg(self.binaries.join("postgres"));
        watcher.arg("-D").arg(self.data()).args(["-p", &self.port.to_string()]);
        for setting in [
            "listen_addresses=127.0.0.1",
            "unix_socket_directories=",
            "max_connections=300",
            if self.durability == Durability::On { "fsync=on" } else { "fsync=off" },
        ] {
            watcher.args(["-c", setting]);
        }
        let log = std::fs::File::create(self.directory.join("log")).unwrap();
        self.watcher = Some(watcher.stdin(Stdio::piped()).stderr(log).spawn().unwrap());
        let deadline = Instant::now() + DEADLINE;
        while let Err(error) = tokio_postgres::connect(&self.url(), NoTls).await {
            assert!(Instant::now() < deadline, "{error}: {}", self.log());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Kills the server, as a power failure would except for the operating system's cache.
    pub(crate) fn crash(&mut self) {
        let pid = std::fs::read_to_string(self.data().join("postmaster.pid")).unwrap();
        assert!(signal(pid.lines().next().unwrap(), "QUIT"));
        self.stop();
    }

    /// Stops the server and waits for its end.
    pub(crate) fn stop(&mut self) {
        if let Some(mut watcher) = self.watcher.take() {
            // a frozen process handles no other signal
            self.signal("CONT");
            drop(watcher.stdin.take());
            watcher.wait().unwrap();
        }
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.directory.join("log")).unwrap_or_default()
    }

    fn data(&self) -> PathBuf {
        self.directory.join("data")
    }

    /// Runs a command as another user if this is root, because PostgreSQL does not run as root.
    fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.directory).stdin(Stdio::null());
        if let Some(user) = self.user {
            command.uid(user);
        }
        command
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.stop();
        let _ = std::fs::remove_dir_all(&self.directory);
    }
}

/// Returns the folder with `initdb`, from the path or Debian's newest.
fn binaries() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    // a link on the path leads to the folder with the other programs
    let on_path = std::env::split_paths(&path)
        .find_map(|folder| Some(folder.join("initdb").canonicalize().ok()?.parent()?.to_owned()));
    on_path.or_else(|| {
        let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?;
        let mut versions: Vec<_> = versions
            .filter_map(|version| Some(version.ok()?.path().join("bin")))
            .filter(|folder| folder.join("initdb").exists())
            .collect();
        versions.sort();
        versions.pop()
    })
}

/// Returns the user to run as if this is root.
pub(crate) fn user() -> Option<u32> {
    let id = |arguments: &[&str]| -> Option<u32> {
        let output = Command::new("id").args(arguments).output().ok()?;
        String::from_utf8(output.stdout).ok()?.trim().parse().ok()
    };
    if id(&["-u"]) != Some(0) {
        return None;
    }
    Some(id(&["-u", "postgres"]).or_else(|| id(&["-u", "nobody"])).unwrap_or(65534))
}
