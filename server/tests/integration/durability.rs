//! Servers, databases and disks that fail during updates.
//!
//! `LINKS_CRASH_ROUNDS` sets the number of rounds.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use rand::RngExt;
use serde_json::json;

use crate::load::{self, Progress};
use crate::process::{Serving, Workspace};
use crate::sqlite_server::{free_address, get};

const WRITERS: usize = 16;

/// Size of a [`SmallDisk`], in bytes.
const DISK: usize = 4 << 20;

/// Size of one write to it, in bytes.
const BLOCK: usize = 4096;

fn rounds(default: u32) -> u32 {
    let asked = std::env::var("LINKS_CRASH_ROUNDS").ok().and_then(|rounds| rounds.parse().ok());
    asked.unwrap_or(default)
}

fn report(test: &str, rounds: u32, writers: &[Progress]) {
    let acknowledged: u64 = writers.iter().map(|writer| writer.count).sum();
    assert!(acknowledged > u64::from(rounds), "too few updates");
    let line = format!("{test}: {rounds} rounds, {acknowledged} updates acknowledged, lost: 0");
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// Creates a database with the writers' links and one more, and a key.
fn prepare(database: &str) -> (Workspace, String) {
    let workspace = Workspace::new();
    workspace.write("links.json", load::links(WRITERS + 1).to_string());
    let database = ["--database", database, "--account", "acme"];
    workspace.run(&[&["import"], &database[..], &["links.json"]].concat()).succeeded();
    let key = workspace.run(&[&["keys", "create"], &database[..]].concat()).succeeded();
    (workspace, key.trim_end().to_owned())
}

fn serve(workspace: &Workspace, database: &str) -> Serving {
    let unlimited = ["--bind", "127.0.0.1:0", "--rate-limit", "0", "--log-level", "error"];
    workspace.serve(&[&unlimited[..], &["--database", database]].concat())
}

fn base(server: &Serving) -> String {
    format!("http://{}", server.address)
}

/// Waits for a random time while the writers work.
async fn random_delay() {
    let millis = rand::rng().random_range(30..400);
    tokio::time::sleep(Duration::from_millis(millis)).await;
}

/// Runs the writers until `failure` has finished.
async fn under_load<T>(
    writers: &mut Vec<Progress>,
    bases: &[String],
    key: &str,
    failure: impl Future<Output = T>,
) -> T {
    let stop = Arc::new(AtomicBool::new(false));
    let working = load::run(std::mem::take(writers), bases, key, &stop);
    let worst = async {
        let done = failure.await;
        stop.store(true, Ordering::Relaxed);
        done
    };
    let (done, worst) = tokio::join!(working, worst);
    *writers = done;
    worst
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn kill_9_loses_no_acknowledged_update() {
    let database = "sqlite:links.db";
    let (workspace, key) = prepare(database);
    let mut writers = load::writers(WRITERS);
    let rounds = rounds(8);
    for _ in 0..rounds {
        let server = serve(&workspace, database);
        let kill = async {
            random_delay().await;
            server.signal("KILL");
        };
        under_load(&mut writers, &[base(&server)], &key, kill).await;
        drop(server);
        let connection = rusqlite::Connection::open(workspace.path("links.db")).unwrap();
        let sound: String =
            connection.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
        assert_eq!(sound, "ok");
        let server = serve(&workspace, database);
        load::check(&mut writers, &base(&server), &key).await;
    }
    report("kill_9_loses_no_acknowledged_update", rounds, &writers);
}

/// Returns true if this user may mount a file system in its own namespace.
fn may_mount(workspace: &Workspace, mount: &str) -> bool {
    let mut command = Command::new("unshare");
    command.current_dir(workspace.path("")).args(["--mount", "sh", "-c", mount]);
    command.output().is_ok_and(|output| output.status.success())
}

fn skipped(test: &str) {
    let _ = writeln!(std::io::stderr(), "SKIPPED {test}: mounting needs root");
}

/// A file system of [`DISK`] bytes in the namespace of one server.
struct SmallDisk {
    server: Serving,
    /// Its admin address.
    admin: String,
    /// Its root as seen from outside the namespace.
    root: PathBuf,
}

impl SmallDisk {
    fn start(workspace: &Workspace, test: &str) -> Option<Self> {
        let disk = workspace.path("disk");
        std::fs::create_dir(&disk).unwrap();
        let mount = format!("mount -t tmpfs -o size={DISK} tmpfs {}", disk.display());
        if !may_mount(workspace, &mount) {
            skipped(test);
            return None;
        }
        let binary = env!("CARGO_BIN_EXE_links-server");
        let script = format!("{mount} && cp links.db* {} && exec {binary} \"$@\"", disk.display());
        let mut command = Command::new("unshare");
        command.current_dir(workspace.path("")).args(["--mount", "sh", "-c", &script, "sh"]);
        command.args(["serve", "--bind", "127.0.0.1:0", "--rate-limit", "0"]);
        let admin = free_address();
        command.args(["--log-level", "error", "--database", "sqlite:disk/links.db"]);
        command.args(["--admin-bind", &admin]);
        let server = Serving::start(&mut command);
        let root = format!("/proc/{}/root{}", server.id(), disk.display());
        Some(SmallDisk { server, admin, root: PathBuf::from(root) })
    }

    fn fill(&self) {
        let mut file = std::fs::File::create(self.root.join("filler")).unwrap();
        let is_full = (0..=DISK / BLOCK).any(|_| file.write_all(&[0; BLOCK]).is_err());
        assert!(is_full, "the disk is larger than {DISK} bytes");
    }

    /// Waits until `/readyz` has this status.
    fn becomes(&self, status: u16) {
        let deadline = Instant::now() + Duration::from_secs(5);
        while get(&format!("http://{}/readyz", self.admin), "").0 != status {
            assert!(Instant::now() < deadline, "readyz does not become {status}");
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    fn empty(&self) {
        std::fs::remove_file(self.root.join("filler")).unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn full_disk_is_unavailable_until_space_is_free() {
    let (workspace, key) = prepare("sqlite:links.db");
    let Some(disk) = SmallDisk::start(&workspace, "full_disk_is_unavailable_until_space_is_free")
    else {
        return;
    };
    let base = base(&disk.server);
    let mut writers = load::writers(WRITERS);
    let client = reqwest::Client::new();
    for _ in 0..3 {
        let full = async {
            random_delay().await;
            disk.fill();
            // the existing write-ahead log still has room for some updates
            let deadline = Instant::now() + Duration::from_secs(20);
            loop {
                let name = rand::rng().random_range(10_000..60_000);
                let name = json!({ "name": "x".repeat(name) });
                let probe = client.put(format!("{base}/v1/links/lnk_writer_{WRITERS}"));
                let probe = probe.header("x-api-key", &key).json(&name).send().await.unwrap();
                if probe.status() == 503 {
                    let body: serde_json::Value = probe.json().await.unwrap();
                    assert_eq!(body["error"]["code"], "UNAVAILABLE");
                    break;
                }
                assert!(Instant::now() < deadline, "a full disk was not reported: {probe:?}");
            }
        };
        under_load(&mut writers, std::slice::from_ref(&base), &key, full).await;
        disk.empty();
        load::check(&mut writers, &base, &key).await;
    }
    report("full_disk_is_unavailable_until_space_is_free", 3, &writers);
    assert!(Path::new(&disk.root).join("links.db").exists());
}

#[test]
fn full_disk_is_not_ready() {
    let (workspace, key) = prepare("sqlite:links.db");
    let Some(disk) = SmallDisk::start(&workspace, "full_disk_is_not_ready") else { return };
    disk.becomes(200);
    for _ in 0..2 {
        // without any update
        disk.fill();
        disk.becomes(503);
        disk.empty();
        disk.becomes(200);
        assert_eq!(disk.server.put(&key, "lnk_writer_0", "{}").0, 200);
    }
}

#[test]
fn read_only_disk_is_reported() {
    let (workspace, _) = prepare("sqlite:links.db");
    let disk = workspace.path("disk");
    std::fs::create_dir(&disk).unwrap();
    let disk = disk.display();
    let mount =
        format!("mount -t tmpfs tmpfs {disk} && cp links.db* {disk} && mount -o remount,ro {disk}");
    if !may_mount(&workspace, &mount) {
        return skipped("read_only_disk_is_reported");
    }
    let serve = "serve --bind 127.0.0.1:0 --database sqlite:disk/links.db";
    let script = format!("{mount} && exec {} {serve}", env!("CARGO_BIN_EXE_links-server"));
    let mut command = Command::new("unshare");
    command.current_dir(workspace.path("")).args(["--mount", "sh", "-c", &script]);
    crate::process::done(&mut command).failed(1, &["failed to open the database disk/links.db"]);
}

#[cfg(feature = "postgres")]
mod postgres {
    use super::*;
    use crate::postgres::{Cluster, Durability, database_url};

    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn crash_of_postgresql_loses_no_acknowledged_update() {
        let test = "crash_of_postgresql_loses_no_acknowledged_update";
        let Some(mut cluster) = Cluster::start(test, Durability::On).await else { return };
        let (workspace, key) = prepare(&cluster.url());
        let server = serve(&workspace, &cluster.url());
        let mut writers = load::writers(WRITERS);
        let rounds = rounds(3);
        for round in 0..rounds {
            let crash = async {
                random_delay().await;
                if round % 2 == 0 {
                    cluster.crash()
                } else {
                    cluster.stop()
                }
                random_delay().await;
                cluster.resume().await;
                random_delay().await;
            };
            under_load(&mut writers, &[base(&server)], &key, crash).await;
            load::check(&mut writers, &base(&server), &key).await;
        }
        report(test, rounds, &writers);
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn killing_one_of_two_servers_loses_no_acknowledged_update() {
        let test = "killing_one_of_two_servers_loses_no_acknowledged_update";
        let Some(database) = database_url(test).await else { return };
        let (workspace, key) = prepare(&database);
        let stays = serve(&workspace, &database);
        let mut writers = load::writers(WRITERS);
        let rounds = rounds(3);
        for _ in 0..rounds {
            let dies = serve(&workspace, &database);
            let kill = async {
                random_delay().await;
                dies.signal("KILL");
                random_delay().await;
            };
            under_load(&mut writers, &[base(&stays), base(&dies)], &key, kill).await;
            load::check(&mut writers, &base(&stays), &key).await;
        }
        report(test, rounds, &writers);
    }
}
