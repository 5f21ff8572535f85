//! The GitHub Action that compares a contract in a pull request with the one in its base.

mod github;

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::sync::{Arc, Mutex};

use serde_json::json;

use crate::root;
use github::{BOT, State};

const TOKEN: &str = "ghs_secret";

const ACTION: &str = ".github/actions/contract-diff";

const CONTRACT: &str = "\
openapi: 3.0.3
info: {title: Things, version: 1.0.0}
paths:
  /a:
    get:
      operationId: a
      parameters: [{name: q, in: query, schema: {type: integer, maximum: 5}}]
      responses: {'200': {description: Fine.}}
";

/// A pull request, and what the action finds on a runner.
struct PullRequest {
    folder: tempfile::TempDir,
    state: Arc<Mutex<State>>,
    api: String,
    fail_on: &'static str,
}

struct Run {
    status: Option<i32>,
    /// Standard output, then standard error.
    log: String,
    summary: String,
}

impl PullRequest {
    /// Creates a repository whose first commit is the base.
    fn new(base: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let state = Arc::new(Mutex::new(State::default()));
        let api = github::start(state.clone(), TOKEN);
        let request = PullRequest { folder, state, api, fail_on: "breaking" };
        request.git(&["init", "--quiet", "--initial-branch", "main"]);
        request.commit(base);
        let event = json!({
            "pull_request": {
                "number": 7,
                "title": "::error::title\n::error::title",
                "head": {"ref": "$(touch pwned)`touch pwned`;touch pwned"},
                "base": {"ref": "main", "sha": request.git(&["rev-parse", "HEAD"]).trim()},
            },
        });
        fs::write(request.path("event.json"), event.to_string()).unwrap();
        request
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn git(&self, arguments: &[&str]) -> String {
        let mut git = Command::new("git");
        git.args(["-c", "user.name=x", "-c", "user.email=x@example.com"]).args(arguments);
        let output = git.current_dir(self.folder.path()).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    }

    fn commit(&self, contract: &str) {
        fs::write(self.path("things.yaml"), contract).unwrap();
        self.git(&["add", "things.yaml"]);
        self.git(&["commit", "--quiet", "--allow-empty", "--message", "x"]);
    }

    fn run(&self) -> Run {
        let temporary = tempfile::tempdir().unwrap();
        let output = Command::new(root().join(ACTION).join("contract-diff.sh"))
            .current_dir(self.folder.path())
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap())
            .env("TMPDIR", temporary.path())
            .env("GITHUB_EVENT_PATH", self.path("event.json"))
            .env("GITHUB_STEP_SUMMARY", self.path("summary.md"))
            .env("GITHUB_API_URL", &self.api)
            .env("GITHUB_REPOSITORY", "o/r")
            .env("CONTRACT", "things.yaml")
            .env("FAIL_ON", self.fail_on)
            .env("ALLOW", "")
            .env("COMMENT", "true")
            .env("TOKEN", TOKEN)
            .env("AUTHOR", BOT)
            .env("PROGRAM", env!("CARGO_BIN_EXE_xtask"))
            .output()
            .unwrap();
        assert!(fs::read_dir(temporary.path()).unwrap().next().is_none(), "left a file");
        let text = |bytes| String::from_utf8(bytes).unwrap();
        let log = text(output.stdout) + &text(output.stderr);
        let summary = fs::read_to_string(self.path("summary.md")).unwrap_or_default();
        assert!(!log.contains(TOKEN) && !summary.contains(TOKEN), "{log}{summary}");
        Run { status: output.status.code(), log, summary }
    }

    /// Returns the requests that are no `GET`, and forgets all of them.
    fn written(&self) -> Vec<String> {
        let requests = std::mem::take(&mut self.state.lock().unwrap().requests);
        requests.into_iter().filter(|request| !request.starts_with("GET ")).collect()
    }

    fn comments(&self) -> Vec<String> {
        let state = self.state.lock().unwrap();
        let body = |comment: &serde_json::Value| comment["body"].as_str().unwrap().to_owned();
        state.comments.iter().map(body).collect()
    }
}

#[test]
fn action_writes_one_comment_and_updates_it() {
    let request = PullRequest::new(CONTRACT);
    let foreign = |n: usize| json!({"id": n, "user": {"login": "x"}, "body": "text"});
    request.state.lock().unwrap().comments = (0..99).map(foreign).collect();

    request.commit(&CONTRACT.replace("maximum: 5", "maximum: 4"));
    let run = request.run();
    assert_eq!(run.status, Some(1), "{}", run.log);
    let annotation = "::error file=things.yaml,line=7,endLine=7,col=";
    assert!(run.log.starts_with(annotation), "{}", run.log);
    assert!(run.summary.contains("| GET /a | 1 |  |  |"), "{}", run.summary);
    assert_eq!(request.written(), ["POST /repos/o/r/issues/7/comments"]);
    let comment = &request.comments()[99];
    assert!(comment.starts_with("<!-- contract-diff ") && comment.contains("`maximum: 4`"));
    assert!(comment.contains("**This check fails: "), "{comment}");

    // The action's own comment is the last one of the first page, then on the second page.
    // Somebody else has copied its text.
    let mut copy = foreign(99);
    copy["body"] = comment.as_str().into();
    request.state.lock().unwrap().comments.insert(0, copy);
    request.commit(&CONTRACT.replace("maximum: 5", "maximum: 6"));
    let run = request.run();
    assert_eq!(run.status, Some(0), "a server breaks, but no client: {}", run.log);
    assert!(run.log.starts_with("::warning file=things.yaml,line=7"), "{}", run.log);
    assert_eq!(request.written(), ["PATCH /repos/o/r/issues/comments/1099"]);
    let comment = &request.comments()[100];
    assert!(comment.contains("`maximum: 6`") && !comment.contains("fails"), "{comment}");

    request.commit(CONTRACT);
    let run = request.run();
    assert_eq!((run.status, run.log.as_str()), (Some(0), ""));
    assert_eq!(request.written(), ["PATCH /repos/o/r/issues/comments/1099"]);
    assert!(request.comments()[100].ends_with("\n\nNo change.\n"), "{:?}", request.comments());
    assert_eq!(request.comments().len(), 101);
}

#[test]
fn action_without_a_change_does_not_comment() {
    let request = PullRequest::new(CONTRACT);
    request.commit(&format!("# A comment.\n{CONTRACT}"));
    assert_eq!(request.run().status, Some(0));
    assert!(request.written().is_empty() && request.comments().is_empty());
}

#[test]
fn action_fails_at_its_level() {
    let mut request = PullRequest::new(CONTRACT);
    request.commit(&CONTRACT.replace("maximum: 5", "maximum: 6"));
    for (fail_on, expected) in [("breaking", 0), ("warning", 1), ("any", 1)] {
        request.fail_on = fail_on;
        assert_eq!(request.run().status, Some(expected), "{fail_on}");
    }
    request.commit("openapi: 3.0.3\npaths: {}\nopenapi: |\n  ::error::x\n");
    let run = request.run();
    assert_eq!(run.status, Some(2), "{}", run.log);
    assert!(run.log.starts_with("::error title=contract-diff::error: "), "{}", run.log);
    assert_eq!(run.log.lines().count(), 1, "{}", run.log);
}

#[test]
fn action_with_a_token_that_can_only_read_warns() {
    let request = PullRequest::new(CONTRACT);
    request.state.lock().unwrap().read_only = true;
    request.commit(&CONTRACT.replace("/a:", "/b:"));
    let run = request.run();
    assert_eq!(run.status, Some(1), "the status of the comparison");
    assert!(run.log.contains("\n::warning title=contract-diff::failed to write the comment: HTTP"));
    assert!(run.log.contains("HTTP status 403") && run.summary.contains("GET /b (added)"));

    request.state.lock().unwrap().read_only = false;
    request.commit(&CONTRACT.replace("operationId: a", "operationId: a\n      tags: [x]"));
    assert_eq!(request.run().status, Some(0));
}

#[test]
fn action_compares_with_the_common_ancestor() {
    let request = PullRequest::new(CONTRACT);
    let first = request.git(&["rev-parse", "HEAD"]);
    request.commit(&CONTRACT.replace("/a:", "/removed-in-main:"));
    let tip = request.git(&["rev-parse", "HEAD"]);
    let event = fs::read_to_string(request.path("event.json")).unwrap();
    fs::write(request.path("event.json"), event.replace(first.trim(), tip.trim())).unwrap();
    request.git(&["checkout", "--quiet", "-b", "change", first.trim()]);
    request.commit(&CONTRACT.replace("maximum: 5", "maximum: 6"));
    let run = request.run();
    assert_eq!(run.status, Some(0), "{}", run.log);
    assert_eq!(run.log.lines().count(), 1, "{}", run.log);
}

#[test]
fn contract_cannot_write_commands_or_markup() {
    let request = PullRequest::new(CONTRACT);
    let hostile = r##""x\n::error::pwned\r\n# pwned\n<!-- contract-diff -->\n</td> @everyone ![](http://x/y) `""##;
    let contract = CONTRACT
        .replace("title: Things", &format!("title: {hostile}"))
        .replace("name: q", &format!("name: {hostile}"))
        .replace("/a:", "\"/a|b/\\n::error::pwned\":")
        .replace("operationId: a", &format!("operationId: {hostile}\n      tags: [{hostile}]"))
        .replace("description: Fine.", &format!("description: {hostile}"));
    request.commit(&contract);
    let run = request.run();
    assert_eq!(run.status, Some(1), "{}", run.log);
    let ours = ["::error file=", "::warning file=", "::notice file="];
    for line in run.log.lines() {
        assert!(ours.iter().any(|start| line.starts_with(start)), "{line}");
    }
    assert_eq!(request.written(), ["POST /repos/o/r/issues/7/comments"]);
    let comment = request.comments().remove(0);
    let ours = ["- ", "| ", "# Changes of ", "## ", "**This check", "A change that is "];
    for line in comment.lines().skip(1).filter(|line| !line.is_empty()) {
        assert!(ours.iter().any(|start| line.starts_with(start)), "{line}");
        // Text outside of code mentions nobody, and has no element and no image.
        let outside: String = line.split("``").step_by(2).collect();
        for markup in ["@everyone", "<", "!["] {
            assert!(!outside.contains(markup), "{line}");
        }
    }
    assert!(!request.path("pwned").exists());
}

#[test]
fn script_reads_the_inputs_of_the_action() {
    let read = |name: &str| fs::read_to_string(root().join(ACTION).join(name)).unwrap();
    let (action, script) = (read("action.yml"), read("contract-diff.sh"));
    let inputs = action.split("\n        ").filter_map(|line| line.split_once(": ${{ inputs."));
    let mut count = 0;
    for (variable, input) in inputs {
        let input = input.split(' ').next().unwrap();
        assert!(action.contains(&format!("\n  {input}:\n")), "{input}");
        assert!(
            script.contains(&format!("${variable}")) || script.contains(&format!("${{{variable}"))
        );
        count += 1;
    }
    assert_eq!(count, 7);
    assert!(!action.contains("uses: "), "an action of somebody else, which is not pinned");
}
