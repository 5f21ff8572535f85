//! Errors and notes on stderr.

use std::process::Stdio;

use agenthuman_links_test_server::{LINK_ID, TestServer};
use serde_json::{Value, json};

use crate::fake_server::{self, FakeServer, KEY, response};
use crate::{call, command, links, on};

/// Returns the error object on stderr, which is its only line.
fn object(stderr: &str) -> Value {
    assert_eq!(stderr.lines().count(), 1, "{stderr}");
    serde_json::from_str::<Value>(stderr).unwrap()["error"].clone()
}

#[tokio::test]
async fn error_is_one_json_object_if_the_output_is_json() {
    let server = TestServer::start().await.unwrap();
    for format in [&["--json"][..], &["--output", "json"], &["--output=jsonl"]] {
        let arguments = [&["update", LINK_ID, "--use-limit", "1"], format].concat();
        let (code, stdout, stderr) = on(&server, &arguments).await;
        assert_eq!((code, stdout.as_str()), (2, ""));
        let error = object(&stderr);
        assert_eq!(error["kind"], "invalid_request");
        assert_eq!((&error["status"], &error["exit_code"]), (&json!(400), &json!(2)));
        assert_eq!((&error["code"], &error["attempts"]), (&json!("INVALID_FIELD"), &json!(1)));
        assert_eq!(error["details"]["field"], "use_limit");
        for member in ["message", "suggestion", "request_id"] {
            assert!(error[member].is_string(), "{member}: {error}");
        }
    }
}

#[test]
fn invalid_arguments_and_configuration_are_json_objects_too() {
    for (arguments, kind, message) in [
        (&["update", LINK_ID, "--use-limit", "0", "--json"][..], "usage", "must be from 1"),
        (&["--output=json", "update", LINK_ID], "usage", "required arguments"),
        (&["get", LINK_ID, "--jsn", "--json"], "usage", "unexpected argument '--jsn'"),
        (&["delete", LINK_ID, "--json"], "usage", "needs confirmation"),
        (&["get", LINK_ID, "--json"], "configuration", "AGENTHUMAN_API_KEY is not set"),
    ] {
        let (code, stdout, stderr) = links(arguments, &[]);
        assert_eq!((code, stdout.as_str()), (2, ""), "{arguments:?}");
        let error = object(&stderr);
        assert_eq!((&error["kind"], &error["exit_code"]), (&json!(kind), &json!(2)), "{error}");
        assert!(error["message"].as_str().unwrap().contains(message), "{error}");
    }
}

#[tokio::test]
async fn error_for_people_has_field_flag_code_and_suggestion() {
    let server = TestServer::start().await.unwrap();
    let (_, _, stderr) = on(&server, &["update", LINK_ID, "--use-limit", "1"]).await;
    for line in ["  field: use_limit (--use-limit)\n", "  code: INVALID_FIELD\n", "  suggestion: "]
    {
        assert!(stderr.contains(line), "{stderr}");
    }
}

#[test]
fn connection_error_names_the_url() {
    let url = "http://127.0.0.1:1";
    let environment = [("AGENTHUMAN_API_KEY", KEY), ("AGENTHUMAN_BASE_URL", url)];
    let (_, _, stderr) = links(&["get", LINK_ID], &environment);
    assert!(stderr.starts_with("error: failed to connect to http://127.0.0.1:1\n"), "{stderr}");
}

#[tokio::test]
async fn verbose_reports_requests_and_responses_without_the_key() {
    let headers = "x-request-id: r-1\r\nx-ratelimit-limit: 60\r\nx-ratelimit-remaining: 59\r\n";
    let reply = fake_server::json("200 OK", headers, fake_server::LINK);
    let (code, _, stderr, _) = call(reply, &["update", "lnk_1", "--name", "x", "-v"]).await;
    assert_eq!(code, 0);
    let lines: Vec<_> = stderr.lines().collect();
    assert!(lines[0].starts_with("> PUT http://127.0.0.1:"), "{stderr}");
    assert!(lines[0].ends_with("/v1/links/lnk_1, attempt 1"), "{stderr}");
    assert!(lines[1].starts_with("< 200 after "), "{stderr}");
    assert!(lines[1].ends_with(" ms, request id r-1, 59 of 60 requests left"), "{stderr}");
}

#[tokio::test]
async fn long_wait_is_reported_once() {
    let limited =
        response("429 Too Many Requests", "retry-after: 3\r\n", r#"{"error": "slow down"}"#);
    for verbose in [true, false] {
        let server = FakeServer::start([limited.clone(), fake_server::ok()]).await;
        let url = server.url.clone();
        let ran = tokio::task::spawn_blocking(move || {
            let arguments: &[&str] =
                if verbose { &["get", "lnk_1", "-v"] } else { &["get", "lnk_1"] };
            links(arguments, &[("AGENTHUMAN_API_KEY", KEY), ("AGENTHUMAN_BASE_URL", &url)])
        });
        let (code, _, stderr) = ran.await.unwrap();
        assert_eq!(code, 0, "{stderr}");
        let waits = stderr.lines().filter(|line| line.starts_with("waiting for the rate limit, "));
        assert_eq!(waits.count(), usize::from(verbose), "{stderr}");
    }
}

#[test]
fn color_is_used_only_if_it_is_wanted() {
    let red = "\u{1b}[";
    for (arguments, environment, is_colored) in [
        (&["get", "x"][..], &[][..], false),
        (&["get", "x", "--color", "always"], &[("NO_COLOR", "1")], true),
        (&["get", "lnk_1", "--color=always"], &[], true),
        (&["get", "x", "--color=never"], &[("CLICOLOR_FORCE", "1")], false),
        (&["get", "x"], &[("CLICOLOR_FORCE", "1")], true),
        (&["get", "lnk_1"], &[("CLICOLOR_FORCE", "1")], true),
        (&["get", "lnk_1", "--color=never"], &[("CLICOLOR_FORCE", "1")], false),
        (&["get", "lnk_1"], &[], false),
    ] {
        let mut command = command(arguments, environment);
        let output = command.stdin(Stdio::null()).output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(stderr.contains(red), is_colored, "{arguments:?} {environment:?}: {stderr:?}");
    }
}
