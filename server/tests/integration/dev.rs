//! `links-server dev`.

use std::net::TcpListener;
use std::process::Command;

use serde_json::{Value, json};

use crate::harness::{LINK_ID, documented_link};
use crate::process::{Serving, Workspace, done, sqlite};

const BIND: [&str; 2] = ["--bind", "127.0.0.1:0"];
const DATABASE: [&str; 2] = ["--database", "sqlite:links-dev.db"];

/// A running `links-server dev`, with what it has printed.
struct Session {
    server: Serving,
    introduction: String,
}

impl Session {
    fn start(command: &mut Command) -> Self {
        let mut server = Serving::start(command);
        let introduction = server.lines_until("--reset");
        Session { server, introduction }
    }

    fn key(&self) -> &str {
        let (_, rest) = self.introduction.split_once("API key   ").unwrap();
        rest.lines().next().unwrap()
    }

    fn update(&self, key: &str, link_id: &str, body: &Value) -> (u16, Value) {
        self.server.put(key, link_id, &body.to_string())
    }

    fn stop(self) {
        self.server.signal("INT");
        let done = self.server.finish();
        assert_eq!(done.code, Some(0), "{done:?}");
        assert!(done.stderr.contains("SIGINT received"), "{done:?}");
    }
}

fn dev(workspace: &Workspace, more: &[&str]) -> Session {
    Session::start(&mut workspace.command(&[&["dev"], &BIND[..], more].concat()))
}

fn error_message(body: &Value) -> &str {
    body["error"].as_str().unwrap()
}

#[test]
fn printed_key_updates_example_link_and_ctrl_c_stops_server() {
    let workspace = Workspace::new();
    let session = dev(&workspace, &[]);
    let (status, body) = session.update(session.key(), LINK_ID, &json!({"expires_at": null}));
    assert_eq!((status, &body["link"]["expires_at"]), (200, &Value::Null));
    let docs = format!("http://{}/docs/\n", session.server.address);
    assert!(session.introduction.contains(&docs), "{}", session.introduction);
    assert!(session.introduction.contains("(3 links in the account dev)"));
    session.stop();
}

#[cfg(unix)]
#[test]
fn printed_commands_can_be_copied() {
    let workspace = Workspace::new();
    let session = dev(&workspace, &[]);
    let commands: Vec<_> = session.introduction.split("\n\n").collect();
    let curl: Vec<_> = commands.iter().filter(|text| text.starts_with("  curl ")).collect();
    assert_eq!(curl.len(), 2, "{}", session.introduction);
    for (command, part) in curl.into_iter().zip(["\"Trade fair\"", "\"Summer demo\""]) {
        let output = Command::new("sh").args(["-c", command]).output().unwrap();
        let body = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success() && body.contains(part), "{command}: {body}");
    }
}

#[test]
fn second_start_keeps_links_and_replaces_key() {
    let workspace = Workspace::new();
    let first = dev(&workspace, &[]);
    let old_key = first.key().to_owned();
    assert_eq!(first.update(&old_key, LINK_ID, &json!({"name": "Mine"})).0, 200);
    first.stop();

    let second = dev(&workspace, &[]);
    assert_ne!(second.key(), old_key);
    let (status, body) = second.update(&old_key, LINK_ID, &json!({}));
    assert!(status == 401 && error_message(&body).contains("deactivated"), "{body}");
    assert_eq!(second.update(second.key(), LINK_ID, &json!({})).1["link"]["name"], "Mine");
    let key = second.key().to_owned();
    second.stop();

    // the terminal that still has the key can go on with it
    let mut command = workspace.command(&[&["dev"], &BIND[..]].concat());
    let third = Session::start(command.env("AGENTHUMAN_API_KEY", &key));
    assert_eq!(third.key(), key);
    assert_eq!(third.update(&key, LINK_ID, &json!({})).0, 200);
    assert!(third.introduction.contains("still valid"), "{}", third.introduction);
    third.stop();

    let reset = dev(&workspace, &["--reset"]);
    assert_eq!(reset.update(reset.key(), LINK_ID, &json!({})).1["link"]["name"], "Spring demo");
    assert!(reset.introduction.contains("(3 links "), "{}", reset.introduction);
}

#[test]
fn deleted_example_link_stays_deleted_until_reset() {
    let workspace = Workspace::new();
    dev(&workspace, &[]).stop();
    sqlite(
        &workspace.path("links-dev.db"),
        &format!("DELETE FROM links WHERE link_id = '{LINK_ID}'"),
    );
    let session = dev(&workspace, &[]);
    assert_eq!(session.update(session.key(), LINK_ID, &json!({})).0, 404);
    assert!(session.introduction.contains("(2 links "), "{}", session.introduction);
    session.stop();
    let session = dev(&workspace, &["--reset"]);
    assert_eq!(session.update(session.key(), LINK_ID, &json!({})).0, 200);
}

#[test]
fn keys_and_links_of_other_accounts_are_left_alone() {
    let workspace = Workspace::new();
    let create = ["keys", "create", "--account", "acme", "--label", "dev"];
    let key = workspace.run(&[&create[..], &DATABASE].concat()).succeeded();
    let mut foreign = documented_link();
    foreign["link_id"] = json!("lnk_mine");
    foreign["url"] = json!("https://app.agenthuman.com/s/lnk_mine");
    foreign["agent"]["agent_id"] = json!("agnt_mine");
    workspace.write("mine.json", json!([foreign]).to_string());
    let import = ["import", "--account", "acme", "mine.json"];
    workspace.run(&[&import[..], &DATABASE].concat()).succeeded();
    let session = dev(&workspace, &["--reset"]);
    assert_eq!(session.update(key.trim_end(), "lnk_mine", &json!({})).0, 200);
    assert_eq!(session.update(session.key(), "lnk_mine", &json!({})).0, 404);
}

#[test]
fn database_whose_other_account_has_the_example_links_is_rejected() {
    let workspace = Workspace::new();
    workspace.write("link.json", json!([documented_link()]).to_string());
    let import = ["import", "--account", "acme", "link.json"];
    workspace.run(&[&import[..], &DATABASE].concat()).succeeded();
    let done = workspace.run(&[&["dev"], &BIND[..]].concat());
    done.failed(1, &["another account in sqlite:links-dev.db", "--database"]);
    let keys = workspace.run(&[&["keys", "list"], &DATABASE[..]].concat()).succeeded();
    assert_eq!(keys.lines().count(), 1, "a key was created: {keys}");
}

#[test]
fn taken_port_is_an_error_if_chosen_and_skipped_otherwise() {
    let workspace = Workspace::new();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    workspace.run(&["dev", "--bind", &address]).failed(1, &[&address, "in use"]);

    // if this fails, the port is taken already
    let _taken = TcpListener::bind("127.0.0.1:8080");
    let session = Session::start(&mut workspace.command(&["dev"]));
    let port = session.server.address.strip_prefix("127.0.0.1:808").unwrap();
    assert!(port != "0" && port.len() == 1, "{port}");
    session.stop();
}

#[test]
fn address_that_others_can_reach_needs_a_flag() {
    let workspace = Workspace::new();
    let remote = ["dev", "--bind", "0.0.0.0:0"];
    workspace.run(&remote).failed(2, &["0.0.0.0:0", "not for production", "--allow-remote"]);
    assert!(!workspace.path("links-dev.db").exists());
    let command = [&remote[..], &["--allow-remote"]].concat();
    let session = Session::start(&mut workspace.command(&command));
    assert!(session.introduction.contains("Other machines can reach"), "{}", session.introduction);
    assert!(session.introduction.contains("API       http://127.0.0.1:"));
}

#[test]
fn settings_of_a_production_server_do_not_apply() {
    let workspace = Workspace::new();
    let mut command = workspace.command(&[&["dev"], &BIND[..]].concat());
    command.env("LINKS_DATABASE", "sqlite:production.db").env("LINKS_BIND", "0.0.0.0:0");
    Session::start(&mut command).stop();
    assert!(!workspace.path("production.db").exists());
    for database in ["sqlite::memory:", "links.db"] {
        let done = done(&mut workspace.command(&["dev", "--database", database]));
        done.failed(2, &["--database"]);
    }
}
