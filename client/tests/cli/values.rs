//! The values of flags.

use agenthuman_links_test_server::LINK_ID;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;

use crate::links;

/// Returns the body of a dry run.
fn body(arguments: &[&str]) -> Value {
    let (code, stdout, stderr) = links(&[arguments, &["--dry-run"]].concat(), &[]);
    assert_eq!((code, stderr.as_str()), (0, ""), "{arguments:?}");
    serde_json::from_str(stdout.split_once("\n\n").unwrap().1).unwrap()
}

/// Returns the error of invalid arguments.
fn error(arguments: &[&str]) -> String {
    let (code, stdout, stderr) = links(&[arguments, &["--dry-run"]].concat(), &[]);
    assert_eq!((code, stdout.as_str()), (2, ""), "{arguments:?}: {stderr}");
    stderr
}

#[test]
fn null_as_a_value_is_rejected_with_the_flag_that_clears() {
    let name = error(&["update", LINK_ID, "--name", "null"]);
    assert!(
        name.contains("use --clear-name to clear `name`, or '\"null\"' for the text"),
        "{name}"
    );
    for (flag, clear) in
        [("--expires-at", "--clear-expires-at"), ("--use-limit", "--clear-use-limit")]
    {
        let text = error(&["update", LINK_ID, flag, "null"]);
        assert!(text.contains(&format!("use {clear} to clear")), "{text}");
    }
    let status = error(&["update", LINK_ID, "--status", "null"]);
    assert!(status.contains("possible values: active, paused, expired"), "{status}");
    assert_eq!(body(&["update", LINK_ID, "--name", "\"null\""])["name"], "null");
    assert_eq!(body(&["update", LINK_ID, "--name", "NULL"])["name"], "NULL");
    assert_eq!(body(&["update", LINK_ID, "--clear-name"])["name"], Value::Null);
}

#[test]
fn value_may_begin_with_a_dash_unless_it_is_a_flag() {
    for text in ["-50% off", "--", "---", "-", "-x", "--jsonx", "-5"] {
        assert_eq!(body(&["update", LINK_ID, "--name", text])["name"], text);
    }
    for flag in ["--json", "--clear-expires-at", "--use-limit=5", "-v", "--help", "-h"] {
        let text = error(&["update", LINK_ID, "--name", flag]);
        let expected = format!("`{flag}` is another flag, and the value is missing");
        assert!(text.contains(&expected), "{text}");
    }
}

#[test]
fn duration_sets_a_time_after_now() {
    for (duration, expected) in [
        ("7d", TimeDelta::days(7)),
        ("36h", TimeDelta::hours(36)),
        ("1h 30m", TimeDelta::minutes(90)),
    ] {
        let before = Utc::now() - TimeDelta::seconds(1);
        let time = body(&["update", LINK_ID, "--expires-in", duration])["expires_at"].clone();
        let time: DateTime<Utc> = time.as_str().unwrap().parse().unwrap();
        assert!((before + expected..=Utc::now() + expected).contains(&time), "{duration}: {time}");
    }
    let text = error(&["create", "agnt_1", "--expires-in", "soon"]);
    assert!(
        text.contains("'soon' for '--expires-in <DURATION>': must be a duration such as"),
        "{text}"
    );
    for other in [&["--clear-expires-at"][..], &["--expires-at", "2030-06-30T18:00:00Z"]] {
        let text = error(&[&["update", LINK_ID, "--expires-in", "7d"], other].concat());
        assert!(text.contains("cannot be used with"), "{text}");
    }
}
