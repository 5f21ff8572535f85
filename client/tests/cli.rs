//! Tests of the program `links` as a process.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "cli/bulk.rs"]
mod bulk;
#[path = "cli/errors.rs"]
mod errors;
#[path = "cli/exit_codes.rs"]
mod exit_codes;
#[allow(dead_code, reason = "other tests use the rest")]
mod fake_server;
#[path = "cli/help.rs"]
mod help;
#[path = "cli/output.rs"]
mod output;
#[cfg(unix)]
#[path = "cli/profiles.rs"]
mod profiles;
#[cfg(unix)]
#[path = "cli/terminal.rs"]
mod terminal;
#[path = "cli/values.rs"]
mod values;

use std::io::Write;
use std::process::{Command, Output, Stdio};

use agenthuman_links_test_server::{LINK_ID, TestServer};
use fake_server::{FakeServer, KEY, LINK, response};
use serde_json::{Value, json};

/// Returns the program with arguments and no other environment than this. By default there is no
/// configuration file: its folder is a file.
fn command(arguments: &[&str], environment: &[(&str, &str)]) -> Command {
    let program = env!("CARGO_BIN_EXE_links");
    let mut command = Command::new(program);
    command.env_clear().env("XDG_CONFIG_HOME", program);
    command.envs(environment.iter().copied()).args(arguments);
    command
}

/// Runs the program. Stdin is not a terminal.
fn links(arguments: &[&str], environment: &[(&str, &str)]) -> (i32, String, String) {
    let mut command = command(arguments, environment);
    let Output { status, stdout, stderr } = command.stdin(Stdio::null()).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (status.code().unwrap(), text(stdout), text(stderr))
}

/// Runs the program with a text on stdin.
fn with_stdin(
    arguments: &[&str],
    environment: &[(&str, &str)],
    stdin: &str,
) -> (i32, String, String) {
    let mut command = command(arguments, environment);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(stdin.as_bytes()).unwrap();
    let Output { status, stdout, stderr } = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (status.code().unwrap(), text(stdout), text(stderr))
}

/// Runs the program against a server that sends one reply.
async fn call(
    reply: fake_server::Reply,
    arguments: &'static [&'static str],
) -> (i32, String, String, Vec<fake_server::Received>) {
    let server = FakeServer::start([reply]).await;
    let url = server.url.clone();
    let ran = tokio::task::spawn_blocking(move || {
        links(arguments, &[("AGENTHUMAN_API_KEY", KEY), ("AGENTHUMAN_BASE_URL", &url)])
    });
    let (code, stdout, stderr) = ran.await.unwrap();
    assert!(!stdout.contains(KEY) && !stderr.contains(KEY));
    (code, stdout, stderr, server.received())
}

/// Returns the fields of an update from the contract, and whether each is clearable.
fn fields() -> Vec<(String, bool)> {
    let request = agenthuman_links::UpdateLinkRequest::default();
    let contract = include_str!("../../openapi/links.yaml");
    let schema = contract.split("    UpdateLinkRequest:\n").nth(1).unwrap();
    let end = schema.find("\n    LinkResponse:").or(schema.find("\n    Link:"));
    let schema = &schema[..end.unwrap_or(schema.len())];
    let mut fields: Vec<(String, bool)> = Vec::new();
    for line in schema.lines().take_while(|line| line.starts_with("      ")) {
        let is_name = line.starts_with("        ") && !line.starts_with("         ");
        match line.trim().strip_suffix(':') {
            Some(name) if is_name => fields.push((name.to_owned(), false)),
            _ if line.trim() == "nullable: true" => fields.last_mut().unwrap().1 = true,
            _ => {}
        }
    }
    assert_eq!(serde_json::to_value(request).unwrap(), json!({}));
    fields
}

#[test]
fn update_has_flags_for_each_field_of_the_contract() {
    let (code, help, _) = links(&["update", "--help"], &[]);
    assert_eq!(code, 0);
    let flags = help.lines().filter_map(|line| line.trim_start().strip_prefix("--"));
    let mut flags: Vec<_> = flags.map(|flag| flag.split(' ').next().unwrap().to_owned()).collect();
    let general = [
        "dry-run",
        "from",
        "failures",
        "json",
        "output",
        "profile",
        "base-url",
        "allow-http",
        "color",
    ];
    flags.retain(|flag| !general.contains(&flag.as_str()));
    let mut expected = Vec::new();
    for (name, clearable) in fields() {
        let flag = name.replace('_', "-");
        expected.extend(flag.strip_suffix("-at").map(|stem| format!("{stem}-in")));
        expected.extend(clearable.then(|| format!("clear-{flag}")));
        expected.push(flag);
    }
    flags.sort();
    expected.sort();
    assert_eq!(flags, expected);
    assert!(expected.len() >= 7, "four fields, three of them clearable");
}

#[tokio::test]
async fn update_sets_and_clears_fields() {
    let arguments = &[
        "update",
        "lnk_1",
        "--name",
        "Summer demo",
        "--clear-expires-at",
        "--use-limit",
        "100",
        "--status",
        "paused",
    ];
    let (code, stdout, stderr, received) = call(fake_server::ok(), arguments).await;
    assert_eq!((code, stderr.as_str()), (0, ""));
    assert!(received[0].head.contains("user-agent: links agenthuman-links/"));
    let body: Value = serde_json::from_str(&received[0].body).unwrap();
    let expected =
        json!({"name": "Summer demo", "expires_at": null, "use_limit": 100, "status": "paused"});
    assert_eq!(body, expected);
    let row = |name: &str| stdout.lines().find_map(|line| line.strip_prefix(name)).unwrap().trim();
    assert_eq!((row("link_id"), row("name"), row("uses")), ("lnk_1", "-", "0"));
    assert_eq!(row("agent.voice_agent.provider"), "P");
}

#[tokio::test]
async fn table_begins_with_the_columns_that_the_contract_puts_first() {
    let first = ["link_id", "status", "name", "uses", "use_limit"];
    let (_, stdout, ..) = call(fake_server::ok(), &["get", "lnk_1"]).await;
    let names: Vec<_> = stdout.lines().filter_map(|line| line.split(' ').next()).collect();
    assert_eq!(names[..5], first);
    let list = format!(r#"{{"success":true,"links":[{}]}}"#, fake_server::link_with_id("lnk_1"));
    let (_, stdout, ..) = call(fake_server::json("200 OK", "", &list), &["list"]).await;
    let names: Vec<_> = stdout.lines().next().unwrap().split_whitespace().collect();
    assert_eq!(names[..5].join(" ").to_lowercase(), first.join(" "));
}

#[tokio::test]
async fn json_flag_prints_the_value() {
    let (code, stdout, ..) =
        call(fake_server::ok(), &["update", "lnk_1", "--name", "", "--json"]).await;
    let printed: Value = serde_json::from_str(&stdout).unwrap();
    let sent: Value = serde_json::from_str(LINK).unwrap();
    assert_eq!((code, &printed), (0, &sent["link"]));
}

#[tokio::test]
async fn exit_code_depends_on_error_kind() {
    let detail = r#"{"success": false, "error": {"message": "m", "suggestion": "do s"}}"#;
    for (status, code) in [
        ("400 Bad Request", 2),
        ("401 Unauthorized", 3),
        ("404 Not Found", 4),
        ("500 Internal Server Error", 6),
        ("204 No Content", 9),
    ] {
        let reply = response(status, "x-request-id: r-1\r\n", detail);
        let (found, stdout, stderr, _) = call(reply, &["update", "lnk_1", "--name", "x"]).await;
        assert_eq!((found, stdout.as_str()), (code, ""), "{stderr}");
        if code < 9 {
            let first = format!("error: m ({})\n", &status[..3]);
            assert!(stderr.starts_with(&first), "{stderr}");
            assert!(stderr.contains("suggestion: do s\n"), "{stderr}");
            assert!(stderr.contains("request id: r-1\n"), "{stderr}");
        }
    }
    let limited = response("429 Too Many Requests", "retry-after: 120\r\n", r#"{"error": "slow"}"#);
    let (code, _, stderr, _) = call(limited, &["update", "lnk_1", "--name", "x"]).await;
    assert_eq!(code, 5);
    assert!(stderr.contains("retry after: 120 s"), "{stderr}");
    let url = ("AGENTHUMAN_BASE_URL", "http://127.0.0.1:1");
    let (code, ..) =
        links(&["update", "lnk_1", "--name", "x"], &[("AGENTHUMAN_API_KEY", KEY), url]);
    assert_eq!(code, 8);
}

#[test]
fn dry_run_prints_the_request_without_key() {
    let (code, stdout, stderr) =
        links(&["update", "lnk_1", "--expires-at", "2030-01-01T01:00:00+01:00", "--dry-run"], &[]);
    assert_eq!((code, stderr.as_str()), (0, ""));
    let expected = "PUT https://api.agenthuman.com/v1/links/lnk_1\ncontent-type: application/json\n\
                    x-api-key: (redacted)\n\n{\n  \"expires_at\": \"2030-01-01T00:00:00Z\"\n}\n";
    assert_eq!(stdout, expected);
    let other = [("AGENTHUMAN_BASE_URL", "http://127.0.0.1:8080")];
    let (_, stdout, _) = links(&["update", "lnk_1", "--name", "x", "--dry-run"], &other);
    assert!(stdout.starts_with("PUT http://127.0.0.1:8080/v1/links/lnk_1\n"), "{stdout}");
}

#[test]
fn invalid_arguments_are_rejected_before_sending() {
    let key = [("AGENTHUMAN_API_KEY", KEY)];
    for (arguments, text) in [
        (&["update", "lnk_1"][..], "--name <TEXT>"),
        (&["update", "lnk_1", "--name", "x", "--clear-name"], "cannot be used with"),
        (&["update", "lnk_1", "--status", "gone"], "possible values: active, paused, expired"),
        (&["update", "lnk_1", "--use-limit", "many"], "must be an integer from 1"),
        (
            &["update", "lnk_1", "--use-limit", "-5"],
            "'-5' for '--use-limit <INTEGER>': must be from",
        ),
        (
            &["update", "lnk_1", "--expires-at", "tomorrow"],
            "must be an RFC 3339 time such as 2030-",
        ),
        (&["update", "../keys", "--name", "x"], "'[LINK_ID]': must be `lnk_` and 1 to 128 letters"),
        (&["update", "--name", "x"], "<LINK_ID>"),
        (&["update", "lnk_1", "--name", "x", "--base-url", "http://a.test"], "must be https"),
    ] {
        let (code, stdout, stderr) = links(arguments, &key);
        assert_eq!((code, stdout.as_str()), (2, ""), "{arguments:?}");
        assert!(stderr.contains(text), "{arguments:?}: {stderr}");
    }
    let (code, _, stderr) = links(&["update", "lnk_1", "--name", "x"], &[]);
    assert_eq!(code, 2);
    assert!(stderr.contains("AGENTHUMAN_API_KEY is not set"), "{stderr}");
}

/// Runs the program against the real server. Stdin is not a terminal.
async fn on(server: &TestServer, arguments: &[&str]) -> (i32, String, String) {
    let arguments: Vec<_> = arguments.iter().map(ToString::to_string).collect();
    let (url, key) = (server.base_url().to_owned(), server.api_key().to_owned());
    let ran = tokio::task::spawn_blocking(move || {
        let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
        links(&arguments, &[("AGENTHUMAN_API_KEY", &key), ("AGENTHUMAN_BASE_URL", &url)])
    });
    ran.await.unwrap()
}

#[tokio::test]
async fn delete_without_terminal_needs_yes() {
    let server = TestServer::start().await.unwrap();
    let (code, stdout, stderr) = on(&server, &["delete", LINK_ID]).await;
    assert_eq!((code, stdout.as_str(), server.requests()), (2, "", 0), "{stderr}");
    assert!(stderr.contains("--yes"), "{stderr}");
    assert!(server.link(LINK_ID).await.is_some());
    let (code, _, stderr) = on(&server, &["delete", LINK_ID, "--yes"]).await;
    assert_eq!(code, 0, "{stderr}");
    let (code, ..) = on(&server, &["get", LINK_ID]).await;
    assert_eq!(code, 4);
    let (code, stdout, stderr) = on(&server, &["list"]).await;
    assert_eq!((code, stdout.as_str(), stderr.as_str()), (0, "", ""), "an empty list");
}

#[tokio::test]
async fn table_escapes_harmful_names_and_json_keeps_them() {
    let server = TestServer::start().await.unwrap();
    for name in ["\u{1b}[2Jx", "a\nb", "\u{202e}x"] {
        let (code, stdout, stderr) = on(&server, &["update", LINK_ID, "--name", name]).await;
        assert_eq!(code, 0, "{stderr}");
        let (_, listed, _) = on(&server, &["list"]).await;
        assert_eq!(listed.lines().count(), 2, "{listed:?}");
        for table in [stdout, listed] {
            assert!(table.contains(&format!("{name:?}")) && !table.contains(name), "{table:?}");
        }
        let (_, json, _) = on(&server, &["list", "--json"]).await;
        assert_eq!(serde_json::from_str::<Value>(&json).unwrap()[0]["name"], name);
    }
}

#[tokio::test]
async fn list_gets_one_page_or_all_and_says_how_to_get_more() {
    let server = TestServer::start().await.unwrap();
    let link = server.link(LINK_ID).await.unwrap();
    let agent_id = link["agent"]["agent_id"].as_str().unwrap();
    for name in ["日本", "ab", "é"] {
        assert_eq!(on(&server, &["create", agent_id, "--name", name]).await.0, 0);
    }
    let (code, first, hint) = on(&server, &["list", "--output=jsonl", "--limit", "3"]).await;
    assert_eq!((code, first.lines().count()), (0, 3), "{hint}");
    let cursor = hint.split_whitespace().find(|word| word.starts_with("--cursor=")).unwrap();
    let cursor = cursor.trim_end_matches(',');
    let (code, rest, hint) = on(&server, &["list", "--output=jsonl", "--limit", "3", cursor]).await;
    assert_eq!((code, rest.lines().count(), hint.as_str()), (0, 1, ""));
    let (code, all, progress) =
        on(&server, &["list", "--all", "--output=jsonl", "--limit", "2"]).await;
    assert_eq!((code, all, progress.as_str()), (0, first + &rest, ""), "no progress in a pipe");
    let (_, table, _) = on(&server, &["list"]).await;
    let column = |name: &str| {
        let line = table.lines().find(|line| line.contains(name)).unwrap();
        unicode_width::UnicodeWidthStr::width(&line[..line.find("active").unwrap()])
    };
    assert_eq!((column("日本"), column("é")), (column("ab"), column("ab")), "{table}");
}
