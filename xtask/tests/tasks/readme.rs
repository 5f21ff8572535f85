//! The shell blocks of the README, run as they stand and in their order, in a copy of this repository.
//!
//! A comment in the line before a block says what is different about it:
//! `<!-- not run: REASON -->`, or `<!-- runs until Ctrl-C -->` for a block that starts a server, whose
//! output has the key and the URL that the following blocks use.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::repository_copy::{RepositoryCopy, target};
use crate::root;

/// Shell blocks that are not run: both compile a program for minutes that other blocks run.
const NOT_RUN: usize = 2;

/// A fenced block.
struct Block {
    line: usize,
    language: String,
    /// The text of the comment before it.
    note: Option<String>,
    text: String,
}

fn blocks(readme: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut note = None;
    let mut lines = readme.lines().enumerate();
    while let Some((number, line)) = lines.next() {
        let Some(language) = line.strip_prefix("```") else {
            let comment = line.strip_prefix("<!-- ").and_then(|rest| rest.strip_suffix(" -->"));
            note = comment.map(str::to_owned);
            continue;
        };
        let text = lines.by_ref().map(|(_, line)| line).take_while(|line| *line != "```");
        let text = text.map(|line| format!("{line}\n")).collect();
        blocks.push(Block {
            line: number + 1,
            language: language.to_owned(),
            note: note.take(),
            text,
        });
    }
    blocks
}

/// The surroundings of a user who follows the README: a copy of the repository and two exported variables.
struct Shell {
    copy: RepositoryCopy,
    exported: Vec<(&'static str, String)>,
    servers: Vec<Server>,
}

impl Shell {
    fn command(&self, script: &str) -> Command {
        let mut shell = Command::new("sh");
        let programs = self.copy.target().join("debug");
        let path = std::env::var("PATH").unwrap();
        shell.args(["-euc", script]).current_dir(&self.copy.root).stdin(Stdio::null());
        shell.env("PATH", format!("{}:{path}", programs.display()));
        shell.env("CARGO_BUILD_BUILD_DIR", target()).env("CARGO_TARGET_DIR", self.copy.target());
        shell.env("CARGO_NET_OFFLINE", "true");
        // A configuration of the user who runs the test does not apply.
        shell.env("XDG_CONFIG_HOME", self.copy.target().join("no-configuration"));
        shell.env_remove("AGENTHUMAN_API_KEY").env_remove("AGENTHUMAN_BASE_URL");
        shell.envs(self.exported.iter().map(|(name, value)| (name, value)));
        shell
    }

    /// Runs a block to its end.
    fn run(&self, script: &str) -> Result<String, String> {
        let output = self.command(script).output().unwrap();
        let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
        let stderr = String::from_utf8_lossy(&output.stderr);
        if output.status.success() { Ok(stdout) } else { Err(format!("{stdout}{stderr}")) }
    }

    /// Starts a block that does not end, and exports its key and URL.
    fn start(&mut self, script: &str) -> Result<(), String> {
        let log = self.copy.target().join("server.log");
        let stderr = File::create(&log).unwrap();
        let mut command = self.command(script);
        command.stdout(Stdio::piped()).stderr(stderr).process_group(0);
        let mut child = command.spawn().unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        self.servers.push(Server(child));
        let (mut key, mut url, mut text) = (None, None, String::new());
        while key.is_none() || url.is_none() {
            let start = text.len();
            if stdout.read_line(&mut text).unwrap() == 0 {
                return Err(format!("{text}{}", std::fs::read_to_string(log).unwrap()));
            }
            let line = text[start..].trim();
            let last = line.split(' ').next_back().unwrap_or_default();
            if last.starts_with("ah_test_") {
                key = Some(last.to_owned());
            }
            if let Some(listening) = line.strip_prefix("listening on ") {
                url = Some(listening.to_owned());
            }
        }
        self.exported =
            vec![("AGENTHUMAN_API_KEY", key.unwrap()), ("AGENTHUMAN_BASE_URL", url.unwrap())];
        // The server fails if its output is not read.
        std::thread::spawn(move || std::io::copy(&mut stdout, &mut std::io::sink()));
        Ok(())
    }
}

/// A block that runs until Ctrl-C.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        // all processes of the block, as a terminal does
        let group = format!("-{}", self.0.id());
        let _ = Command::new("kill").args(["-INT", "--", &group]).status();
        let _ = self.0.wait();
    }
}

#[test]
fn blocks_of_the_readme_run_as_they_stand() {
    let copy = RepositoryCopy::to_compile("readme");
    remove_databases(&copy.root);
    let mut shell = Shell { copy, exported: Vec::new(), servers: Vec::new() };
    // The programs that blocks which are not run install. The same build as that of `cargo xtask demo`.
    shell
        .run(
            "cargo build --package agenthuman-links-server --package agenthuman-links \
             --features agenthuman-links/cli --example demo --bin links-server --bin links",
        )
        .unwrap_or_else(|output| panic!("{output}"));
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    let (mut run, mut not_run) = (0, 0);
    for Block { line, language, note, text } in blocks(&readme) {
        let result = match (language.as_str(), note.as_deref()) {
            // compiled by the doc tests of the client
            ("rust,no_run", _) | ("toml" | "text", _) => continue,
            ("sh", None) if text.contains("cargo test") => {
                panic!(
                    "README.md:{line}: a block that runs the tests has to say that it is not run"
                )
            }
            ("sh", None) => shell.run(&text).map(|_| ()),
            ("sh", Some("runs until Ctrl-C")) => shell.start(&text),
            ("sh", Some(note)) if note.starts_with("not run: ") => {
                not_run += 1;
                continue;
            }
            other => panic!("README.md:{line}: no rule for a block of {other:?}"),
        };
        run += 1;
        if let Err(output) = result {
            panic!("README.md:{line}: this block fails:\n{text}\n{output}");
        }
    }
    assert!(run >= 6 && not_run == NOT_RUN, "{run} blocks were run and {not_run} were not");
}

/// Deletes the databases of an earlier run, which a fresh clone does not have.
fn remove_databases(folder: &Path) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if name.starts_with("links.db") || name.starts_with("links-dev.db") {
            std::fs::remove_file(path).unwrap();
        }
    }
}
