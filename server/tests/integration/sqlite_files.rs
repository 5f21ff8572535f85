//! The files of an SQLite database and its copies: their permissions, and unfinished ones.

use std::os::unix::fs::PermissionsExt;
use std::process::Stdio;
use std::time::{Duration, Instant};

use crate::command_line::with_link;
use crate::harness::LINK_ID;
use crate::process::{Done, Serving, Workspace, done, sqlite};

/// Runs a command with a umask that lets others read new files.
fn with_umask_022(workspace: &Workspace, arguments: &[&str]) -> std::process::Command {
    let mut shell = std::process::Command::new("sh");
    let binary = env!("CARGO_BIN_EXE_links-server");
    shell.current_dir(workspace.path("")).args(["-c", "umask 022; exec \"$@\"", "sh", binary]);
    shell.args(arguments);
    shell
}

/// Returns the names of all files, in order.
fn files(workspace: &Workspace) -> Vec<String> {
    names(workspace, |_| true)
}

/// Returns the names of all files but the log of the database, which a killed process leaves behind.
fn files_without_log(workspace: &Workspace) -> Vec<String> {
    names(workspace, |name| !name.ends_with("-wal") && !name.ends_with("-shm"))
}

fn names(workspace: &Workspace, is_wanted: impl Fn(&str) -> bool) -> Vec<String> {
    let entries = std::fs::read_dir(workspace.path("")).unwrap();
    let name = |entry: std::io::Result<std::fs::DirEntry>| entry.unwrap().file_name();
    let mut names: Vec<_> = entries.map(|entry| name(entry).into_string().unwrap()).collect();
    names.retain(|name| is_wanted(name));
    names.sort();
    names
}

#[test]
fn created_files_are_private_whatever_the_umask() {
    let workspace = Workspace::new();
    let run = |arguments: &[&str]| done(&mut with_umask_022(&workspace, arguments)).succeeded();
    let key = run(&["keys", "create", "--account", "acme"]);
    let server =
        Serving::start(&mut with_umask_022(&workspace, &["serve", "--bind", "127.0.0.1:0"]));
    assert_eq!(server.put(key.trim_end(), LINK_ID, "{}").0, 404);
    run(&["backup", "copy.db"]);
    run(&["restore", "--database", "sqlite:restored.db", "copy.db"]);
    run(&["export", "--account", "acme", "--output", "acme.json"]);
    let files = files(&workspace);
    for name in ["acme.json", "copy.db", "links.db", "links.db-shm", "links.db-wal", "restored.db"]
    {
        assert!(files.iter().any(|file| file == name), "{name} is missing: {files:?}");
    }
    for name in files {
        let mode = std::fs::metadata(workspace.path(&name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
}

#[test]
fn restored_database_does_not_have_the_permissions_of_its_copy() {
    let (workspace, _) = with_link();
    workspace.run(&["backup", "copy.db"]).succeeded();
    let copy = workspace.path("copy.db");
    std::fs::set_permissions(copy, std::fs::Permissions::from_mode(0o644)).unwrap();
    workspace.run(&["restore", "--database", "sqlite:new.db", "copy.db"]).succeeded();
    let mode = std::fs::metadata(workspace.path("new.db")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

/// Adds data that take a while to copy and to export.
fn fill(workspace: &Workspace) {
    let path = workspace.path("links.db");
    sqlite(
        &path,
        "CREATE TABLE filler (data BLOB);
         WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 60000)
         INSERT INTO filler SELECT randomblob(3000) FROM n;
         WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 30000)
         INSERT INTO links (link_id, account_id, agent_id, status, uses, created_at)
         SELECT 'lnk_filler_' || n, account_id, agent_id, 'active', 0, n FROM agents, n;
         PRAGMA wal_checkpoint (TRUNCATE);",
    );
}

/// Runs a command and sends a signal as soon as it writes its file.
fn interrupt(workspace: &Workspace, arguments: &[&str], signal: &str) -> Done {
    let mut command = workspace.command(arguments);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let deadline = Instant::now() + Duration::from_secs(20);
    let is_written = || {
        let unfinished = files(workspace).into_iter().filter(|name| name.ends_with("unfinished"));
        let size =
            |name: &String| std::fs::metadata(workspace.path(name)).map_or(0, |file| file.len());
        unfinished.filter(|name| size(name) > 0).count() > 0
    };
    while !is_written() {
        assert!(Instant::now() < deadline, "{arguments:?} writes no file");
        std::thread::sleep(Duration::from_millis(1));
    }
    let id = child.id().to_string();
    let kill = std::process::Command::new("kill").args([&format!("-{signal}"), &id]).status();
    assert!(kill.unwrap().success());
    let output = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Done { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
}

#[test]
fn killed_commands_leave_nothing_that_looks_finished() {
    let (workspace, _) = with_link();
    fill(&workspace);
    workspace.run(&["backup", "whole.db"]).succeeded();
    let before = files_without_log(&workspace);
    for (arguments, target) in [
        (&["backup", "copy.db"][..], "copy.db"),
        (&["restore", "--database", "sqlite:restored.db", "whole.db"], "restored.db"),
        (&["export", "--account", "acme", "--output", "acme.json"], "acme.json"),
    ] {
        for signal in ["TERM", "INT", "HUP"] {
            let interrupted = interrupt(&workspace, arguments, signal);
            interrupted.failed(1, &[&format!("interrupted by SIG{signal}")]);
            assert_eq!(files_without_log(&workspace), before, "{arguments:?}");
        }
        assert_eq!(interrupt(&workspace, arguments, "KILL").code, None);
        let left = files_without_log(&workspace);
        let left: Vec<_> = left.iter().filter(|name| !before.contains(name)).collect();
        assert!(!left.is_empty());
        let prefix = format!(".{target}.");
        let is_unfinished = |name: &str| name.starts_with(&prefix) && name.contains(".unfinished");
        assert!(left.iter().all(|name| is_unfinished(name)), "{left:?}");
        // the next run removes it
        workspace.run(arguments).succeeded();
        std::fs::remove_file(workspace.path(target)).unwrap();
        assert_eq!(files_without_log(&workspace), before, "{arguments:?}");
    }
}
