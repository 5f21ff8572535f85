//! The output on stdout: requests of dry runs, closed pipes and pages.

use std::io;
use std::process::Stdio;

use agenthuman_links_test_server::{AGENT_ID, LINK_ID, TestServer};

use crate::{command, links, on};

#[tokio::test]
async fn dry_run_prints_the_request_of_every_operation_and_sends_none() {
    let server = TestServer::start().await.unwrap();
    let path = format!("/v1/links/{LINK_ID}");
    let agent = format!("\"agent_id\": \"{AGENT_ID}\"");
    for (arguments, first_line, body) in [
        (&["list"][..], "GET /v1/links?limit=50", None),
        (
            &["list", "--limit", "7", "--status", "paused"],
            "GET /v1/links?limit=7&status=paused",
            None,
        ),
        (&["list", "--all"], "GET /v1/links?limit=1000", None),
        (&["list", "--all", "--cursor=-a"], "GET /v1/links?cursor=-a&limit=1000", None),
        (&["create", AGENT_ID], "POST /v1/links", Some(agent.as_str())),
        (&["create", AGENT_ID, "--clear-name"], "POST /v1/links", Some("\"name\": null")),
        (&["get", LINK_ID], &format!("GET {path}"), None),
        (&["update", LINK_ID, "--name", "x"], &format!("PUT {path}"), Some("\"name\": \"x\"")),
        (&["delete", LINK_ID], &format!("DELETE {path}"), None),
    ] {
        let (code, stdout, stderr) = on(&server, &[arguments, &["--dry-run"]].concat()).await;
        assert_eq!((code, stderr.as_str()), (0, ""), "{arguments:?}");
        let first = stdout.lines().next().unwrap().replace(server.base_url(), "");
        assert_eq!(first, first_line, "{arguments:?}");
        let (head, found) = stdout.split_once("\n\n").unwrap_or((stdout.trim_end(), ""));
        assert!(head.ends_with("x-api-key: (redacted)"), "{arguments:?}: {head}");
        assert_eq!(head.contains("content-type: application/json"), body.is_some(), "{head}");
        match body {
            Some(body) => assert!(found.contains(body), "{arguments:?}: {found}"),
            None => assert_eq!(found, "", "{arguments:?}"),
        }
    }
    assert_eq!(server.requests(), 0);
    assert!(server.link(LINK_ID).await.is_some());
}

#[test]
fn dry_run_rejects_what_the_contract_does_not_allow() {
    for (arguments, text) in [
        (&["list", "--limit", "0"][..], "must be from 1 to 1000"),
        (&["list", "--cursor", "a b"], "must be 1 to 512 letters"),
        (&["create", "a/b"], "must be `agnt_`"),
        (&["get", "../x"], "must be `lnk_`"),
        (&["update", LINK_ID, "--use-limit", "0"], "must be from 1 to 9007199254740991"),
        (&["delete", "../x"], "must be `lnk_`"),
    ] {
        let (code, stdout, stderr) = links(&[arguments, &["--dry-run"]].concat(), &[]);
        assert_eq!((code, stdout.as_str()), (2, ""), "{arguments:?}");
        assert!(stderr.contains(text), "{arguments:?}: {stderr}");
    }
}

#[tokio::test]
async fn closed_pipe_ends_every_command_without_message() {
    let server = TestServer::start().await.unwrap();
    for arguments in [
        &["--help"][..],
        &["list", "--help"],
        &["completions", "bash"],
        &["list"],
        &["list", "--json"],
        &["list", "--all"],
        &["list", "--all", "--json"],
        &["list", "--all", "--dry-run"],
        &["create", AGENT_ID],
        &["get", LINK_ID],
        &["update", LINK_ID, "--name", "x", "--json"],
        &["delete", LINK_ID, "--yes"],
    ] {
        let (url, key) = (server.base_url().to_owned(), server.api_key().to_owned());
        let output = tokio::task::spawn_blocking(move || {
            let (reader, writer) = io::pipe().unwrap();
            drop(reader);
            let environment = [("AGENTHUMAN_API_KEY", &*key), ("AGENTHUMAN_BASE_URL", &*url)];
            let mut command = command(arguments, &environment);
            command.stdout(writer).stderr(Stdio::piped());
            command.spawn().unwrap().wait_with_output().unwrap()
        });
        let output = output.await.unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!((output.status.code(), stderr.as_str()), (Some(0), ""), "{arguments:?}");
    }
}
