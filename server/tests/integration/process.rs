//! The real binary in its own process.

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// Time limit for the end of a process.
const DEADLINE: Duration = Duration::from_secs(20);

/// Result of a command.
#[derive(Debug)]
pub(crate) struct Done {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Done {
    /// Checks that the command succeeded, and returns its stdout.
    #[track_caller]
    pub(crate) fn succeeded(self) -> String {
        assert_eq!(self.code, Some(0), "{self:?}");
        assert_eq!(self.stderr, "");
        self.stdout
    }

    /// Checks that the command failed with one line on stderr that has these parts.
    #[track_caller]
    pub(crate) fn failed(&self, code: i32, parts: &[&str]) {
        assert_eq!(self.code, Some(code), "{self:?}");
        assert_eq!(self.stdout, "", "{self:?}");
        assert!(self.stderr.starts_with("links-server: "), "{self:?}");
        assert_eq!(self.stderr.lines().count(), 1, "{self:?}");
        for part in parts {
            assert!(self.stderr.contains(part), "{part:?} is missing: {self:?}");
        }
        assert!(!self.stderr.contains("panicked"), "{self:?}");
    }
}

/// A temporary folder in which commands run.
pub(crate) struct Workspace {
    directory: TempDir,
}

impl Workspace {
    pub(crate) fn new() -> Self {
        Workspace { directory: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    /// Returns a command without the variables of the tests' environment.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_links-server"));
        command.args(arguments).current_dir(self.directory.path()).stdin(Stdio::null());
        for name in ["LINKS_BIND", "LINKS_DATABASE", "LINKS_RATE_LIMIT", "LINKS_CONFIG"] {
            command.env_remove(name);
        }
        command.env_remove("AGENTHUMAN_API_KEY");
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Done {
        done(&mut self.command(arguments))
    }

    pub(crate) fn serve(&self, arguments: &[&str]) -> Serving {
        Serving::start(&mut self.command(&[&["serve"], arguments].concat()))
    }

    /// Creates a key of the account `acme`.
    pub(crate) fn key(&self) -> String {
        let database = ["--database", "sqlite:links.db", "--account", "acme"];
        let printed = self.run(&[&["keys", "create"], &database[..]].concat()).succeeded();
        printed.trim_end().to_owned()
    }
}

/// Runs a command to its end.
pub(crate) fn done(command: &mut Command) -> Done {
    done_within(command, DEADLINE)
}

/// Runs a command to its end, which it must reach within the time limit.
pub(crate) fn done_within(command: &mut Command, time_limit: Duration) -> Done {
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    end(child, time_limit)
}

/// Waits for the end of a process, and kills it after the time limit.
fn end(mut child: Child, time_limit: Duration) -> Done {
    fn reader(stream: Option<impl Read + Send + 'static>) -> std::thread::JoinHandle<String> {
        std::thread::spawn(move || {
            let mut text = String::new();
            if let Some(mut stream) = stream {
                stream.read_to_string(&mut text).unwrap();
            }
            text
        })
    }
    let stdout = reader(child.stdout.take());
    let stderr = reader(child.stderr.take());
    let deadline = Instant::now() + time_limit;
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break Some(status);
        }
        if Instant::now() > deadline {
            child.kill().unwrap();
            child.wait().unwrap();
            break None;
        }
        std::thread::sleep(Duration::from_millis(5));
    };
    let (stdout, stderr) = (stdout.join().unwrap(), stderr.join().unwrap());
    let status = status.unwrap_or_else(|| panic!("it does not end: {stdout:?} {stderr:?}"));
    Done { code: status.code(), stdout, stderr }
}

/// A running server.
pub(crate) struct Serving {
    /// `None` once the process has ended.
    child: Option<Child>,
    stdout: BufReader<ChildStdout>,
    pub(crate) address: String,
}

impl Serving {
    /// Starts a server and waits until it accepts connections.
    pub(crate) fn start(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        let Some((_, address)) =
            line.strip_prefix("listening on ").and_then(|url| url.split_once("://"))
        else {
            let mut stderr = String::new();
            child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
            panic!("no listening line, but {line:?} and {stderr}");
        };
        let address = address.trim_end().to_owned();
        Serving { child: Some(child), stdout, address }
    }

    /// Returns the lines of stdout up to and including the first one with this text.
    pub(crate) fn lines_until(&mut self, text: &str) -> String {
        let mut lines = String::new();
        let mut last = 0;
        while !lines[last..].contains(text) {
            last = lines.len();
            assert_ne!(self.stdout.read_line(&mut lines).unwrap(), 0, "no {text:?}: {lines}");
        }
        lines
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.as_ref().unwrap().id()
    }

    /// Sends a signal by its name.
    pub(crate) fn signal(&self, name: &str) {
        let id = self.id().to_string();
        assert!(Command::new("kill").args([&format!("-{name}"), &id]).status().unwrap().success());
    }

    /// Waits for the end of the process.
    pub(crate) fn finish(mut self) -> Done {
        let child = self.child.take().unwrap();
        let mut done = end(child, DEADLINE);
        self.stdout.read_to_string(&mut done.stdout).unwrap();
        assert!(!done.stderr.contains("panicked"), "{done:?}");
        done
    }

    /// Waits for the end of the process without reading what it writes.
    pub(crate) fn ends_unread(mut self) {
        let mut child = self.child.take().unwrap();
        let deadline = Instant::now() + DEADLINE;
        while child.try_wait().unwrap().is_none() {
            if Instant::now() > deadline {
                child.kill().unwrap();
                panic!("the process does not end");
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Sends a PUT request for a link. Returns the status and the body of the response.
    pub(crate) fn put(&self, key: &str, link_id: &str, body: &str) -> (u16, serde_json::Value) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let response = reqwest::Client::new()
                .put(format!("http://{}/v1/links/{link_id}", self.address))
                .header("x-api-key", key)
                .header("content-type", "application/json")
                .body(body.to_owned())
                .send()
                .await
                .unwrap();
            (response.status().as_u16(), response.json().await.unwrap())
        })
    }
}

impl Drop for Serving {
    /// Kills the server, also if the test fails.
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// Runs statements on a database file.
pub(crate) fn sqlite(path: &Path, batch: &str) {
    rusqlite::Connection::open(path).unwrap().execute_batch(batch).unwrap();
}
