//! The program on a terminal, and signals.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use agenthuman_links_test_server::{LINK_ID, TestServer};
use rustix::fs::{Mode, OFlags};
use rustix::process::{Pid, Signal, kill_process};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

use crate::command;
use crate::fake_server::{self, FakeServer, KEY, Reply};

const QUESTION: &str = "[y/N] ";

/// End of input, as a terminal sends it for Ctrl-D on an empty line.
const END_OF_INPUT: &str = "\x04";

/// A process whose stdin and stderr are a terminal.
struct Terminal {
    child: Child,
    /// The side of the terminal that a person sees and types on.
    screen: File,
    /// Everything that was read from the screen.
    shown: String,
}

impl Terminal {
    fn start(url: &str, key: &str, arguments: &[&str], stdout: Output) -> Self {
        let screen = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&screen).unwrap();
        unlockpt(&screen).unwrap();
        let name = ptsname(&screen, Vec::new()).unwrap();
        let device = rustix::fs::open(name, OFlags::RDWR | OFlags::NOCTTY, Mode::empty()).unwrap();
        let device = || -> OwnedFd { device.try_clone().unwrap() };
        let environment =
            [("AGENTHUMAN_API_KEY", key), ("AGENTHUMAN_BASE_URL", url), ("TERM", "xterm")];
        let mut command = command(arguments, &environment);
        command.stdin(device()).stderr(device()).stdout(match stdout {
            Output::Pipe => Stdio::piped(),
            Output::Terminal => device().into(),
        });
        let child = command.spawn().unwrap();
        Terminal { child, screen: screen.into(), shown: String::new() }
    }

    /// Reads the screen up to a text, or to the end of the process if it does not appear.
    fn read_until(&mut self, text: &str) {
        let mut buffer = [0; 1024];
        // Linux reports an error when the last process has closed the terminal, macOS the end.
        while let Some(count) = self.screen.read(&mut buffer).ok().filter(|count| *count > 0) {
            self.shown.push_str(std::str::from_utf8(&buffer[..count]).unwrap());
            if self.shown.ends_with(text) {
                return;
            }
        }
    }

    fn type_text(&mut self, text: &str) {
        self.screen.write_all(text.as_bytes()).unwrap();
    }

    /// Returns the exit status, stdout if it is a pipe, and what the screen has shown.
    fn finish(mut self) -> (ExitStatus, String, String) {
        let mut stdout = String::new();
        if let Some(mut pipe) = self.child.stdout.take() {
            pipe.read_to_string(&mut stdout).unwrap();
        }
        self.read_until("\0");
        (self.child.wait().unwrap(), stdout, self.shown)
    }
}

/// The stdout of a process on a terminal.
enum Output {
    Pipe,
    Terminal,
}

fn interrupt(child: &Child) {
    kill_process(Pid::from_child(child), Signal::INT).unwrap();
}

/// Runs a test that blocks beside the server.
async fn blocking<T: Send + 'static>(test: impl FnOnce() -> T + Send + 'static) -> T {
    tokio::task::spawn_blocking(test).await.unwrap()
}

/// Waits until the server has received a number of requests.
async fn wait_for_requests(server: &FakeServer, number: usize) {
    let deadline = Instant::now() + Duration::from_secs(20);
    while server.received().len() < number {
        assert!(Instant::now() < deadline, "{} requests received", server.received().len());
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// Returns a page of links.
fn page(links: usize, next: &str) -> Reply {
    let link = fake_server::link_with_id("lnk_1").replace('\n', "");
    let links = vec![link; links].join(",");
    fake_server::json(
        "200 OK",
        "",
        &format!(r#"{{"success":true,"links":[{links}],"next_cursor":{next}}}"#),
    )
}

#[tokio::test]
async fn delete_on_a_terminal_asks_and_deletes_only_after_yes() {
    for (answer, code) in [
        ("n\n", 1),
        ("\n", 1),
        ("yess\n", 1),
        ("nyes\n", 1),
        (END_OF_INPUT, 1),
        ("y\n", 0),
        (" YES\n", 0),
    ] {
        let server = TestServer::start().await.unwrap();
        let (url, key) = (server.base_url().to_owned(), server.api_key().to_owned());
        let (status, stdout, shown) = blocking(move || {
            let mut terminal = Terminal::start(&url, &key, &["delete", LINK_ID], Output::Pipe);
            terminal.read_until(QUESTION);
            terminal.type_text(answer);
            terminal.finish()
        })
        .await;
        assert_eq!(status.code(), Some(code), "{answer:?}: {shown}");
        assert!(shown.starts_with("Delete the link permanently? [y/N] "), "{answer:?}: {shown}");
        let is_deleted = code == 0;
        assert_eq!(server.requests(), usize::from(is_deleted), "{answer:?}");
        assert_eq!(server.link(LINK_ID).await.is_none(), is_deleted, "{answer:?}");
        assert_eq!(shown.ends_with("cancelled\r\n"), !is_deleted, "{answer:?}: {shown}");
        assert_eq!(!stdout.is_empty(), is_deleted, "{answer:?}: {stdout}");
    }
}

#[tokio::test]
async fn delete_with_yes_on_a_terminal_does_not_ask() {
    let server = TestServer::start().await.unwrap();
    let (url, key) = (server.base_url().to_owned(), server.api_key().to_owned());
    let (status, _, shown) = blocking(move || {
        let arguments = &["delete", LINK_ID, "--yes"];
        let mut terminal = Terminal::start(&url, &key, arguments, Output::Pipe);
        // Ends the process if it asks, so that the test fails instead of blocking.
        terminal.type_text(END_OF_INPUT);
        terminal.finish()
    })
    .await;
    assert_eq!((status.code(), shown.as_str()), (Some(0), ""));
}

#[tokio::test]
async fn interrupt_at_the_question_ends_the_process_without_request() {
    let server = TestServer::start().await.unwrap();
    let (url, key) = (server.base_url().to_owned(), server.api_key().to_owned());
    let (status, ..) = blocking(move || {
        let mut terminal = Terminal::start(&url, &key, &["delete", LINK_ID], Output::Pipe);
        terminal.read_until(QUESTION);
        interrupt(&terminal.child);
        terminal.finish()
    })
    .await;
    assert_eq!((status.signal(), server.requests()), (Some(Signal::INT.as_raw()), 0));
}

#[tokio::test]
async fn interrupt_during_a_request_ends_the_process() {
    let server = FakeServer::start([Reply::Silence]).await;
    let environment = [("AGENTHUMAN_API_KEY", KEY), ("AGENTHUMAN_BASE_URL", &*server.url)];
    let mut child = command(&["get", "lnk_1"], &environment).spawn().unwrap();
    wait_for_requests(&server, 1).await;
    interrupt(&child);
    let status = blocking(move || child.wait().unwrap()).await;
    assert_eq!(status.signal(), Some(Signal::INT.as_raw()));
}

#[tokio::test]
async fn interrupt_between_pages_says_how_to_continue() {
    for (json, lines) in [(&["--output", "jsonl"][..], 2), (&[], 3)] {
        let server = FakeServer::start([page(2, "\"-abc\""), Reply::Silence]).await;
        let environment = [("AGENTHUMAN_API_KEY", KEY), ("AGENTHUMAN_BASE_URL", &*server.url)];
        let mut command = command(&[&["list", "--all"], json].concat(), &environment);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        wait_for_requests(&server, 2).await;
        let (output, elapsed) = blocking(move || {
            // The first page is there before the second one.
            let pipe = BufReader::new(child.stdout.take().unwrap());
            assert_eq!(pipe.lines().take(lines).count(), lines);
            let started = Instant::now();
            interrupt(&child);
            (child.wait_with_output().unwrap(), started.elapsed())
        })
        .await;
        let expected = "interrupted after 2 items\n  to continue: repeat with --cursor=-abc\n";
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!((output.status.code(), stderr.as_str()), (Some(130), expected));
        assert!(elapsed < Duration::from_secs(5), "{elapsed:?}");
    }
}

#[tokio::test]
async fn error_between_pages_says_how_to_continue() {
    let error = r#"{"error": {"message": "m"}}"#;
    let replies = [page(2, "\"abc\""), fake_server::json("400 Bad Request", "", error)];
    let server = FakeServer::start(replies).await;
    let url = server.url.clone();
    let (code, _, stderr) = blocking(move || {
        let environment = [("AGENTHUMAN_API_KEY", KEY), ("AGENTHUMAN_BASE_URL", &*url)];
        crate::links(&["list", "--all"], &environment)
    })
    .await;
    let expected = "error: m (400)\n  to continue: repeat with --cursor=abc\n";
    assert_eq!((code, stderr.as_str()), (2, expected));
}

#[tokio::test]
async fn repeated_cursor_ends_the_list_after_its_items() {
    let server = FakeServer::start([page(2, "\"abc\"")]).await;
    let url = server.url.clone();
    let (code, stdout, stderr) = blocking(move || {
        let environment = [("AGENTHUMAN_API_KEY", KEY), ("AGENTHUMAN_BASE_URL", &*url)];
        crate::links(&["list", "--all", "--output", "jsonl"], &environment)
    })
    .await;
    assert_eq!((code, stdout.lines().count(), server.received().len()), (9, 4, 2), "{stderr}");
    assert!(stderr.contains("its own cursor"), "{stderr}");
}

#[tokio::test]
async fn interrupt_ends_a_process_whose_output_nobody_reads() {
    // More than a pipe holds.
    let server = FakeServer::start([page(1000, "null")]).await;
    let environment = [("AGENTHUMAN_API_KEY", KEY), ("AGENTHUMAN_BASE_URL", &*server.url)];
    let mut command = command(&["list", "--all", "--output", "jsonl"], &environment);
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    wait_for_requests(&server, 1).await;
    let (status, first) = blocking(move || {
        // A line in the pipe means that the rest is being written.
        let mut pipe = BufReader::with_capacity(64, child.stdout.take().unwrap());
        let mut first = String::new();
        pipe.read_line(&mut first).unwrap();
        interrupt(&child);
        let deadline = Instant::now() + Duration::from_secs(20);
        while child.try_wait().unwrap().is_none() && Instant::now() < deadline {
            std::thread::sleep(Duration::from_millis(10));
        }
        child.kill().unwrap();
        (child.wait().unwrap(), first)
    })
    .await;
    assert!(first.starts_with('{'), "{first}");
    assert_eq!(status.code(), Some(130));
}

#[tokio::test]
async fn progress_is_shown_on_a_terminal_unless_the_items_are() {
    let server = TestServer::start().await.unwrap();
    let link = server.link(LINK_ID).await.unwrap();
    let agent_id = link["agent"]["agent_id"].as_str().unwrap();
    for name in ["a", "b"] {
        assert_eq!(crate::on(&server, &["create", agent_id, "--name", name]).await.0, 0);
    }
    for (stdout, json, expected) in [
        (Output::Pipe, true, true),
        (Output::Pipe, false, true),
        (Output::Terminal, true, false),
        (Output::Terminal, false, false),
    ] {
        let (url, key) = (server.base_url().to_owned(), server.api_key().to_owned());
        let json = if json { &["--json"][..] } else { &[] };
        let arguments = [&["list", "--all", "--limit", "1"], json].concat();
        let (status, _, shown) =
            blocking(move || Terminal::start(&url, &key, &arguments, stdout).finish()).await;
        assert_eq!(status.code(), Some(0), "{shown}");
        assert_eq!(shown.contains("\r2 items so far"), expected, "{shown:?}");
        assert_eq!(shown.ends_with("\r\x1b[K"), expected, "the progress is cleared: {shown:?}");
    }
}

#[tokio::test]
async fn long_wait_on_a_terminal_is_reported() {
    let headers = "retry-after: 3\r\n";
    let limited = fake_server::json("429 Too Many Requests", headers, r#"{"error": "slow down"}"#);
    let server = FakeServer::start([limited, fake_server::ok()]).await;
    let url = server.url.clone();
    let (status, stdout, shown) =
        blocking(move || Terminal::start(&url, KEY, &["get", "lnk_1"], Output::Pipe).finish())
            .await;
    assert_eq!(status.code(), Some(0), "{shown}");
    assert!(stdout.starts_with("link_id"), "{stdout}");
    let notes = shown.matches("waiting for the rate limit, ").count();
    assert_eq!(notes, 1, "{shown:?}");
}

#[tokio::test]
async fn rows_on_a_terminal_show_their_progress_and_need_confirmation() {
    let server = TestServer::start().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("rows.csv");
    std::fs::write(&file, format!("link_id\n{LINK_ID}\nlnk_unknown\n")).unwrap();
    let (url, key) = (server.base_url().to_owned(), server.api_key().to_owned());
    let (status, stdout, shown) = blocking(move || {
        let arguments = ["delete", "--from", file.to_str().unwrap()];
        let mut terminal = Terminal::start(&url, &key, &arguments, Output::Pipe);
        terminal.read_until(QUESTION);
        terminal.type_text("y\n");
        terminal.finish()
    })
    .await;
    assert_eq!(status.code(), Some(10), "{shown}");
    assert!(shown.starts_with("Delete the link permanently? (2 rows) [y/N] "), "{shown}");
    assert!(shown.contains("/2 rows") && shown.contains("line 3: Link not found (404)"), "{shown}");
    assert!(shown.contains("2 rows: 1 succeeded, 1 failed\r\n"), "{shown}");
    assert_eq!(stdout.lines().count(), 1, "{stdout}");
    assert!(server.link(LINK_ID).await.is_none());
}
