//! Commands that are run for each row of a file.

use std::fs;
use std::path::Path;

use agenthuman_links_test_server::{AGENT_ID, Failure, LINK_ID, TestServer};
use serde_json::{Value, json};

use crate::fake_server::{self, FakeServer, KEY, response};
use crate::{links, on, with_stdin};

/// Creates links and returns their ids.
async fn create(server: &TestServer, number: usize) -> Vec<String> {
    let mut ids = Vec::new();
    for _ in 0..number {
        let (code, stdout, stderr) = on(server, &["create", AGENT_ID, "--json"]).await;
        assert_eq!(code, 0, "{stderr}");
        let link: Value = serde_json::from_str(&stdout).unwrap();
        ids.push(link["link_id"].as_str().unwrap().to_owned());
    }
    ids
}

fn write(folder: &Path, name: &str, text: &str) -> String {
    let path = folder.join(name);
    fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

/// Runs a dry run with a text on stdin.
fn dry_run(command: &[&str], rows: &str) -> (i32, String, String) {
    with_stdin(&[command, &["--from", "-", "--dry-run"]].concat(), &[], rows)
}

#[tokio::test]
async fn rows_of_csv_and_json_lines_set_clear_and_keep_fields() {
    let server = TestServer::start().await.unwrap();
    let ids = create(&server, 5).await;
    let [a, b, c, d, e] = &ids[..] else { panic!("five links") };
    let csv = format!(
        "\u{feff}link_id, name,use_limit,expires_in\r\n{a},\"x, y\",5,\r\n{b},null,,\r\n\
         {c},\"\"\"null\"\"\",,36h\r\n{d},\"\"\"\"\"\",null,\r\n"
    );
    let json_lines = format!(
        "{{\"link_id\": \"{a}\", \"name\": \"null\"}}\n\n{{\"link_id\": \"{b}\", \"use_limit\": 7}}\n\
         {{\"link_id\": \"{e}\", \"name\": null, \"status\": \"paused\"}}\n"
    );
    let folder = tempfile::tempdir().unwrap();
    let csv = write(folder.path(), "rows.txt", &csv);
    let (code, stdout, stderr) =
        on(&server, &["update", "--from", &csv, "--output", "jsonl"]).await;
    let summary: Value = serde_json::from_str(&stderr).unwrap();
    assert_eq!((code, &summary["summary"]["rows"]), (0, &json!(4)));
    assert_eq!(stdout.lines().count(), 4);
    let link = async |id: &str| server.link(id).await.unwrap();
    assert_eq!((&link(a).await["name"], &link(a).await["use_limit"]), (&json!("x, y"), &json!(5)));
    assert_eq!(link(b).await["name"], Value::Null);
    assert_eq!(link(c).await["name"], "null");
    assert!(link(c).await["expires_at"].is_string());
    assert_eq!(link(d).await["name"], "");
    let json_lines = write(folder.path(), "rows", &json_lines);
    let (code, stdout, stderr) = on(&server, &["update", "--from", &json_lines, "--json"]).await;
    assert_eq!(code, 0, "{stderr}");
    assert_eq!(serde_json::from_str::<Vec<Value>>(&stdout).unwrap().len(), 3);
    let summary: Value = serde_json::from_str(&stderr).unwrap();
    assert_eq!(summary["summary"]["succeeded"], 3);
    assert_eq!((&link(a).await["name"], &link(a).await["use_limit"]), (&json!("null"), &json!(5)));
    assert_eq!((&link(b).await["name"], &link(b).await["use_limit"]), (&Value::Null, &json!(7)));
    assert_eq!(
        (&link(e).await["name"], &link(e).await["status"]),
        (&Value::Null, &json!("paused"))
    );
}

#[tokio::test]
async fn flags_are_the_values_of_rows_without_their_own() {
    let server = TestServer::start().await.unwrap();
    let ids = create(&server, 2).await;
    let rows = format!("link_id,status\n{},\n{},active\n", ids[0], ids[1]);
    let folder = tempfile::tempdir().unwrap();
    let rows = write(folder.path(), "rows.csv", &rows);
    let arguments = ["update", "--from", &rows, "--status", "paused", "--clear-name"];
    let (code, _, stderr) = on(&server, &arguments).await;
    assert_eq!(code, 0, "{stderr}");
    for (id, status) in [(&ids[0], "paused"), (&ids[1], "active")] {
        let link = server.link(id).await.unwrap();
        assert_eq!((&link["status"], &link["name"]), (&json!(status), &Value::Null));
    }
}

#[test]
fn dry_run_reports_every_invalid_row_with_its_line() {
    let rows = "link_id,name,use_limit,status\n\
                lnk_1,x,,\n\
                ,x,,\n\
                lnk_2,,,\n\
                lnk_3,\"two\nlines\",0,\n\
                lnk_4,,,null\n\
                a/b,x,,\n\
                lnk_5,x\n\
                lnk_1,y,,\n\
                lnk_6,x,many,\n";
    let (code, stdout, stderr) = dry_run(&["update"], rows);
    assert_eq!((code, stdout.as_str()), (2, ""));
    let expected = [
        "line 3: `link_id` is missing",
        "line 4: nothing to change: all cells are empty",
        "line 5: `use_limit`: invalid value '0': must be from 1 to 9007199254740991",
        "line 7: `status`: invalid value 'null': must be one of active, paused, expired",
        "line 8: `link_id`: invalid value 'a/b': must be `lnk_` and 1 to 128 letters, digits, \
         underscores or dashes",
        "line 9: 2 cells, but the header has 4",
        "line 10: the same `link_id` as in line 2",
        "line 11: `use_limit`: invalid value 'many': must be an integer from 1 to 9007199254740991",
        "error: - has 8 invalid rows; nothing was sent",
    ];
    assert_eq!(stderr.lines().collect::<Vec<_>>(), expected);
    let rows = "{\"link_id\": \"lnk_1\", \"name\": 5}\n{\"link_id\": 1}\n{\"link_id\": null}\n\
                {\"link_id\": \"lnk_2\", \"nam\": \"x\"}\n[]\n{\"link_id\": \"lnk_3\", \"use_limit\": \"5\"}\n\
                {\"link_id\": \"lnk_4\", \"expires_in\": \"7d\", \"expires_at\": null}\n";
    let (code, _, stderr) = dry_run(&["update"], rows);
    let expected = [
        "line 1: `name` must be a string",
        "line 2: `link_id` must be a string",
        "line 3: `link_id` cannot be null",
        "line 4: unknown name `nam`; known are link_id, expires_at, expires_in, name, status, use_limit",
        "line 5: not a JSON object",
        "line 6: `use_limit` must be a number",
        "line 7: `expires_at` and `expires_in` exclude each other",
        "error: - has 7 invalid rows; nothing was sent",
    ];
    assert_eq!((code, stderr.lines().collect::<Vec<_>>()), (2, expected.to_vec()));
    for (rows, expected) in [
        ("link_id,nam\nlnk_1,x\n", "line 1: unknown name `nam`; known are link_id,"),
        ("name\nx\n", "line 1: the column `link_id` is missing"),
        (" [{\"link_id\": \"lnk_1\"}]", "line 1: a JSON array; the file must have one JSON object"),
        ("link_id,name,name\nlnk_1,x,y\n", "line 1: the column `name` appears twice"),
        ("link_id,name\r\nlnk_1,x\r\n\r\na/b,y\r\n", "line 4: `link_id`: invalid value 'a/b'"),
        (
            "link_id,name\nlnk_1,\"a \"\"b\"\"\"\nlnk_2,\"c\nlnk_3,d\n",
            "line 3: a quotation mark that begins a cell has no second one",
        ),
    ] {
        let (code, _, stderr) = dry_run(&["update"], rows);
        assert_eq!(code, 2);
        assert!(stderr.starts_with(expected), "{stderr}");
    }
}

#[test]
fn dry_run_of_valid_rows_sends_nothing() {
    let (code, stdout, stderr) = dry_run(&["update"], "link_id,name\nlnk_1,x\nlnk_2,y\n");
    let expected = "-: 2 rows checked, all valid; nothing was sent\n";
    assert_eq!((code, stdout.as_str(), stderr.as_str()), (0, "", expected));
}

#[test]
fn arguments_and_rows_exclude_each_other() {
    for (arguments, text) in [
        (&["update", LINK_ID, "--from", "-"][..], "cannot be used with"),
        (&["update", "--failures", "x"], "--from <FILE>"),
        (&["list", "--from", "-"], "unexpected argument"),
        (&["update", "--from", "no/such/file", "--dry-run"], "failed to read no/such/file: "),
    ] {
        let (code, _, stderr) = links(arguments, &[]);
        assert_eq!(code, 2, "{arguments:?}: {stderr}");
        assert!(stderr.contains(text), "{arguments:?}: {stderr}");
    }
}

#[tokio::test]
async fn failed_rows_can_be_fed_in_again() {
    let server = TestServer::start().await.unwrap();
    let ids = create(&server, 2).await;
    let folder = tempfile::tempdir().unwrap();
    let failures = folder.path().join("failed rows");
    let failures = failures.to_str().unwrap();
    for (rows, is_csv) in [
        (format!("link_id,name\n{},\"a, b\"\nlnk_unknown,\"x, y\"\n{},c\n", ids[0], ids[1]), true),
        (
            format!(
                "{{\"link_id\":\"{}\",\"name\":\"d\"}}\n{{\"link_id\":\"lnk_unknown\",\"name\":null}}\n",
                ids[0]
            ),
            false,
        ),
    ] {
        let rows = write(folder.path(), "rows", &rows);
        let (code, _, stderr) =
            on(&server, &["update", "--from", &rows, "--failures", failures]).await;
        assert_eq!(code, 10, "{stderr}");
        assert!(stderr.contains("line 2: ") || stderr.contains("line 3: "), "{stderr}");
        let repeat = format!("  to repeat the others: links update --from \"{failures}\"\n");
        assert!(stderr.ends_with(&repeat), "{stderr}");
        let mut failed = fs::read_to_string(failures).unwrap();
        assert!(failed.contains("404") && failed.contains("lnk_unknown"), "{failed}");
        match is_csv {
            true => {
                assert!(
                    failed.starts_with("link_id,name,error\nlnk_unknown,\"x, y\","),
                    "{failed}"
                );
            }
            false => {
                let row: Value = serde_json::from_str(failed.trim()).unwrap();
                assert_eq!((&row["name"], row["error"].is_string()), (&Value::Null, true));
            }
        }
        // The same file again has no second column for errors.
        let (code, ..) = on(&server, &["update", "--from", failures, "--failures", failures]).await;
        assert_eq!((code, fs::read_to_string(failures).unwrap().matches("error").count()), (10, 1));
        failed = failed.replace("lnk_unknown", &ids[1]);
        fs::write(failures, &failed).unwrap();
        let (code, _, stderr) =
            on(&server, &["update", "--from", failures, "--failures", failures]).await;
        assert_eq!(code, 0, "{stderr}");
        let left = fs::read_to_string(failures).unwrap();
        assert_eq!(left, if is_csv { "link_id,name,error\n" } else { "" });
    }
    let files: Vec<_> =
        fs::read_dir(folder.path()).unwrap().map(|one| one.unwrap().path()).collect();
    assert_eq!(files.len(), 2, "no temporary file is left: {files:?}");
}

#[tokio::test]
async fn command_that_repeats_the_failed_rows_has_the_same_flags() {
    let server = TestServer::start().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let rows = write(folder.path(), "rows.csv", "link_id\nlnk_unknown\n");
    let failures = folder.path().join("failed.csv");
    let failures = failures.to_str().unwrap();
    let flags = ["--name", "it's", "--expires-in", "7d", "--clear-use-limit", "--output=jsonl"];
    let arguments = ["update", "--from", &rows, "--failures", failures, "--verbose"];
    let (code, _, stderr) = on(&server, &[&arguments[..], &flags].concat()).await;
    assert_eq!(code, 10, "{stderr}");
    let failures_file = fs::read_to_string(failures).unwrap();
    assert!(failures_file.starts_with("link_id,error\nlnk_unknown,"), "{failures_file}");
    // In JSON the summary has no command.
    let arguments = ["update", "--from", &rows, "--failures", failures];
    let (code, _, stderr) = on(&server, &[&arguments[..], &flags[..5]].concat()).await;
    assert_eq!(code, 10, "{stderr}");
    let repeated = format!(
        "  to repeat the others: links update --from {failures} --expires-in 7d --name \"it's\" \
         --clear-use-limit\n"
    );
    assert!(stderr.ends_with(&repeated), "{stderr} instead of {repeated}");
}

#[tokio::test]
async fn file_of_failures_that_cannot_be_written_is_an_error_before_the_requests() {
    let server = TestServer::start().await.unwrap();
    let ids = create(&server, 1).await;
    let folder = tempfile::tempdir().unwrap();
    let rows = write(folder.path(), "rows.csv", &format!("link_id,name\n{},x\n", ids[0]));
    let before = server.requests();
    let target = folder.path().to_str().unwrap();
    let (code, _, stderr) = on(&server, &["update", "--from", &rows, "--failures", target]).await;
    assert_eq!((code, server.requests()), (1, before), "{stderr}");
    assert!(stderr.contains("not a regular file"), "{stderr}");
}

#[tokio::test]
async fn rejected_key_stops_the_rows() {
    let error = r#"{"error": "unknown key"}"#;
    let server = FakeServer::start([response("401 Unauthorized", "", error)]).await;
    let url = server.url.clone();
    let folder = tempfile::tempdir().unwrap();
    let failures = folder.path().join("failed.csv");
    let path = failures.to_str().unwrap().to_owned();
    let rows: String = (0..500).map(|number| format!("lnk_{number},x\n")).collect();
    let ran = tokio::task::spawn_blocking(move || {
        let environment = [("AGENTHUMAN_API_KEY", KEY), ("AGENTHUMAN_BASE_URL", &*url)];
        let arguments = ["update", "--from", "-", "--failures", &path];
        with_stdin(&arguments, &environment, &format!("link_id,name\n{rows}"))
    });
    let (code, _, stderr) = ran.await.unwrap();
    assert_eq!(code, 3, "{stderr}");
    assert!(stderr.contains("500 rows: 0 succeeded, "), "{stderr}");
    let sent = server.received().len();
    assert!(sent <= 64, "{sent} requests");
    let failed = fs::read_to_string(&failures).unwrap();
    assert_eq!((failed.lines().count(), failed.matches(",not sent").count()), (501, 500 - sent));
}

#[tokio::test]
async fn transient_failures_are_retried() {
    let server = TestServer::start().await.unwrap();
    let ids = create(&server, 8).await;
    let rows: String = ids.iter().map(|id| format!("{id},x\n")).collect();
    let folder = tempfile::tempdir().unwrap();
    let rows = write(folder.path(), "rows.csv", &format!("link_id,name\n{rows}"));
    server.fail_next(3, Failure::ServiceUnavailable);
    let (code, _, stderr) = on(&server, &["update", "--from", &rows]).await;
    assert_eq!((code, stderr.as_str()), (0, "8 rows: 8 succeeded, 0 failed\n"));
}

#[tokio::test]
async fn delete_of_rows_needs_yes_and_create_prints_the_new_links() {
    let server = TestServer::start().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let rows = format!("agent_id,name\n{AGENT_ID},a\n{AGENT_ID},b\n");
    let rows = write(folder.path(), "agents.csv", &rows);
    let (code, stdout, stderr) = on(&server, &["create", "--from", &rows, "--output=jsonl"]).await;
    assert_eq!(code, 0, "{stderr}");
    let mut ids = String::from("link_id\n");
    for line in stdout.lines() {
        let link: Value = serde_json::from_str(line).unwrap();
        ids.push_str(&format!("{}\n", link["link_id"].as_str().unwrap()));
    }
    let ids = write(folder.path(), "ids.csv", &ids);
    let (code, _, stderr) = on(&server, &["delete", "--from", &ids]).await;
    assert_eq!(code, 2);
    assert!(stderr.contains("--yes"), "{stderr}");
    let (code, _, stderr) = on(&server, &["delete", "--from", &ids, "--yes"]).await;
    assert_eq!((code, stderr.as_str()), (0, "2 rows: 2 succeeded, 0 failed\n"));
}

#[cfg(unix)]
#[tokio::test]
async fn interrupt_writes_the_rows_that_were_not_carried_out() {
    tokio::join!(interrupt(rustix::process::Signal::INT), interrupt(rustix::process::Signal::TERM));
}

#[cfg(unix)]
async fn interrupt(signal: rustix::process::Signal) {
    use rustix::process::{Pid, kill_process};

    // The window of the rate limit is used up after two responses. It ends while the program would
    // still wait for responses, and then permits all requests.
    let limit = "x-ratelimit-limit: 100\r\nx-ratelimit-remaining";
    let reset = chrono::Utc::now().timestamp() + 4;
    let reply = |left: u32| {
        let headers = format!("{limit}: {left}\r\nx-ratelimit-reset: {reset}\r\n");
        fake_server::json("200 OK", &headers, fake_server::LINK)
    };
    let server = FakeServer::start([reply(1), reply(0), fake_server::Reply::Silence]).await;
    let folder = tempfile::tempdir().unwrap();
    let rows: String = (0..100).map(|number| format!("lnk_{number},x\n")).collect();
    let rows = write(folder.path(), "rows.csv", &format!("link_id,name\n{rows}"));
    let failures = folder.path().join("failed.csv");
    let arguments =
        ["update", "--from", &rows, "--failures", failures.to_str().unwrap(), "--output=jsonl"];
    let environment = [("AGENTHUMAN_API_KEY", KEY), ("AGENTHUMAN_BASE_URL", &*server.url)];
    let mut command = crate::command(&arguments, &environment);
    command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
    let mut child = command.spawn().unwrap();
    let ran = tokio::task::spawn_blocking(move || {
        use std::io::BufRead;
        let stdout = std::io::BufReader::new(child.stdout.take().unwrap());
        assert_eq!(stdout.lines().take(2).count(), 2);
        kill_process(Pid::from_child(&child), signal).unwrap();
        child.wait_with_output().unwrap()
    });
    let output = ran.await.unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(130), "{stderr}");
    let failed = fs::read_to_string(&failures).unwrap();
    let (sent, done) = (server.received().len(), 101 - failed.lines().count());
    assert!(done >= 2 && sent >= done, "{sent} sent, {done} done: {failed}");
    assert!(sent < 30, "{sent} requests, although none follows after the interrupt");
    assert_eq!(failed.matches(",not sent\n").count(), 100 - sent, "{failed}");
    assert_eq!(failed.matches("interrupted before the response").count(), sent - done, "{failed}");
    let summary: Value = serde_json::from_str(stderr.lines().last().unwrap()).unwrap();
    let summary = &summary["summary"];
    assert_eq!((&summary["succeeded"], &summary["failed"]), (&json!(done), &json!(0)));
    assert_eq!(
        (&summary["not_sent"], &summary["unknown"]),
        (&json!(100 - sent), &json!(sent - done))
    );
}

#[test]
fn file_without_rows_is_a_success() {
    for rows in ["", "link_id,name\n", "\n\n"] {
        let environment = [("AGENTHUMAN_API_KEY", KEY)];
        let (code, _, stderr) = with_stdin(&["update", "--from", "-"], &environment, rows);
        assert_eq!((code, stderr.as_str()), (0, "0 rows: 0 succeeded, 0 failed\n"), "{rows:?}");
    }
}
