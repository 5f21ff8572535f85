//! The exit code of every command for every kind of result.

use agenthuman_links_test_server::{AGENT_ID, Failure, LINK_ID, TestServer};

use crate::fake_server::{self, FakeServer, KEY, response};
use crate::{links, on, with_stdin};

/// One call of each command. The last one deletes the link that the others use.
const CALLS: [&[&str]; 6] = [
    &["list"],
    &["list", "--all"],
    &["create", AGENT_ID],
    &["get", LINK_ID],
    &["update", LINK_ID, "--name", "x"],
    &["delete", LINK_ID, "--yes"],
];

#[tokio::test]
async fn exit_code_is_zero_after_success_and_four_for_a_missing_object() {
    let server = TestServer::start().await.unwrap();
    for call in CALLS {
        let (code, _, stderr) = on(&server, call).await;
        assert_eq!((code, stderr.as_str()), (0, ""), "{call:?}");
    }
    for call in CALLS.iter().filter(|call| call.contains(&LINK_ID)) {
        let (code, stdout, stderr) = on(&server, call).await;
        assert_eq!((code, stdout.as_str()), (4, ""), "{call:?}: {stderr}");
    }
}

#[tokio::test]
async fn exit_code_is_two_for_a_request_that_the_server_rejects() {
    let server = TestServer::start().await.unwrap();
    for call in [
        &["create", "agnt_unknown"][..],
        &["update", LINK_ID, "--use-limit", "1"],
        &["list", "--cursor", "unknown"],
        &["list", "--all", "--cursor", "unknown"],
    ] {
        let (code, stdout, stderr) = on(&server, call).await;
        assert_eq!((code, stdout.as_str()), (2, ""), "{call:?}: {stderr}");
        assert!(stderr.contains("(400)"), "{call:?}: {stderr}");
    }
}

#[tokio::test]
async fn exit_code_tells_missing_and_unknown_key_apart() {
    let server = TestServer::start().await.unwrap();
    let url = server.base_url().to_owned();
    for call in CALLS {
        let url = url.clone();
        let ran = tokio::task::spawn_blocking(move || {
            let url = ("AGENTHUMAN_BASE_URL", &*url);
            [links(call, &[url]), links(call, &[url, ("AGENTHUMAN_API_KEY", KEY)])]
        });
        let [missing, unknown] = ran.await.unwrap();
        assert_eq!((missing.0, missing.1.as_str()), (2, ""), "{call:?}");
        assert!(missing.2.contains("AGENTHUMAN_API_KEY is not set"), "{}", missing.2);
        assert_eq!((unknown.0, unknown.1.as_str()), (3, ""), "{call:?}: {}", unknown.2);
    }
    assert!(server.link(LINK_ID).await.is_some());
}

#[tokio::test]
async fn exit_code_is_six_for_a_server_error() {
    let server = TestServer::start().await.unwrap();
    for call in CALLS {
        server.fail_next(1, Failure::InternalServerError);
        let (code, stdout, stderr) = on(&server, call).await;
        assert_eq!((code, stdout.as_str()), (6, ""), "{call:?}: {stderr}");
    }
}

#[test]
fn exit_code_is_eight_without_connection() {
    for call in CALLS {
        let environment =
            [("AGENTHUMAN_API_KEY", KEY), ("AGENTHUMAN_BASE_URL", "http://127.0.0.1:1")];
        let (code, stdout, stderr) = links(call, &environment);
        assert_eq!((code, stdout.as_str()), (8, ""), "{call:?}: {stderr}");
    }
}

/// Every code that the help documents, except for those of terminals and signals.
#[tokio::test]
async fn every_documented_exit_code_is_returned() {
    let (_, help, _) = links(&["--help"], &[]);
    let (_, codes) = help.split_once("Exit codes:\n").unwrap();
    let codes: Vec<i32> = codes
        .lines()
        .filter_map(|line| line.split_whitespace().next()?.parse().ok())
        .filter(|code| *code != 130)
        .collect();
    let mut found = Vec::new();
    let error = r#"{"error": "m"}"#;
    for (reply, arguments) in [
        (fake_server::ok(), &["get", "lnk_1"][..]),
        // A file cannot be made where a folder is missing.
        (fake_server::ok(), &["get", "--from", "-", "--failures", "missing/folder/file"]),
        (response("400 Bad Request", "", error), &["get", "lnk_1"]),
        (response("401 Unauthorized", "", error), &["get", "lnk_1"]),
        (response("404 Not Found", "", error), &["get", "lnk_1"]),
        (response("429 Too Many Requests", "retry-after: 120\r\n", error), &["get", "lnk_1"]),
        (response("500 Internal Server Error", "", error), &["get", "lnk_1"]),
        (response("408 Request Timeout", "", error), &["create", "agnt_1"]),
        (response("204 No Content", "", ""), &["get", "lnk_1"]),
        (response("404 Not Found", "", error), &["get", "--from", "-"]),
    ] {
        let server = FakeServer::start([reply]).await;
        let url = server.url.clone();
        let ran = tokio::task::spawn_blocking(move || {
            let environment = [("AGENTHUMAN_API_KEY", KEY), ("AGENTHUMAN_BASE_URL", &*url)];
            with_stdin(arguments, &environment, "link_id\nlnk_1\n").0
        });
        found.push(ran.await.unwrap());
    }
    let url = ("AGENTHUMAN_BASE_URL", "http://127.0.0.1:1");
    found.push(links(&["get", "lnk_1"], &[("AGENTHUMAN_API_KEY", KEY), url]).0);
    found.sort_unstable();
    assert_eq!(found, codes);
}

#[test]
fn exit_code_is_two_for_invalid_arguments() {
    let key = [("AGENTHUMAN_API_KEY", KEY)];
    for (arguments, text) in [
        (&["rename"][..], "unrecognized subcommand"),
        (&["list", "extra"], "unexpected argument"),
        (&["list", "--limit", "many"], "must be an integer from 1 to 1000"),
        (&["list", "--limit", "1001"], "must be from 1 to 1000"),
        (&["list", "--all", "--limit", "1001"], "must be from 1 to 1000"),
        (&["list", "--status", "gone"], "possible values: active, paused, expired, all"),
        (&["list", "--yes"], "unexpected argument"),
        (&["create"], "<AGENT_ID>"),
        (&["create", AGENT_ID, "--status", "paused"], "unexpected argument"),
        (&["create", AGENT_ID, "--name", "x", "--clear-name"], "cannot be used with"),
        (&["get"], "<LINK_ID>"),
        (&["get", LINK_ID, "--all"], "unexpected argument"),
        (&["get", "../keys"], "must be `lnk_`"),
        (&["delete", "--yes"], "<LINK_ID>"),
        (&["delete", "../keys", "--yes"], "must be `lnk_`"),
        (&["completions"], "<shell>"),
        (&["completions", "tcsh"], "possible values"),
    ] {
        let (code, stdout, stderr) = links(arguments, &key);
        assert_eq!((code, stdout.as_str()), (2, ""), "{arguments:?}: {stderr}");
        assert!(stderr.contains(text), "{arguments:?}: {stderr}");
    }
}
