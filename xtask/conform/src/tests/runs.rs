//! Whole runs: what is sent, what is said, what is left behind.

use agenthuman_contract::findings::{Format, Report, Sources};
use serde_json::json;

use super::*;

const PUT_BACK: &str = "interrupted; the object has been put back";

fn link_with(changes: Value) -> Value {
    let mut link = link();
    for (name, value) in changes.as_object().unwrap() {
        link[name] = value.clone();
    }
    link
}

#[test]
fn a_faithful_server_conforms_whatever_the_link_is() {
    for changes in [
        json!({}),
        json!({ "uses": 12 }),
        json!({ "uses": 1 }),
        json!({ "name": null, "status": "paused", "expires_at": null, "use_limit": null }),
        json!({ "status": "expired" }),
        // shown as expired, and stored as active
        json!({ "expires_at": "2020-01-01T00:00:00Z" }),
        json!({ "expires_at": "2020-01-01T00:00:00.500Z", "status": "paused" }),
        json!({ "name": "", "uses": 12, "use_limit": 13 }),
        // cannot be set again to what it is
        json!({ "uses": 50, "status": "expired" }),
    ] {
        let before = link_with(changes);
        let (found, examined, server) = found("", before.clone(), NO_LIMIT);
        assert_eq!(found, [], "{before}");
        assert_eq!(server.link(), before, "not as it was; {:?}", examined.report);
        assert_eq!(examined.halted, None);
        assert_eq!(server.requests(), examined.sent);
    }
}

#[test]
fn a_rule_between_fields_is_a_note() {
    let (_, examined, _) = found("", link_with(json!({ "uses": 12 })), NO_LIMIT);
    let notes = examined.report.notes().join("\n");
    assert!(notes.contains("`use_limit` is 1 (minimum is 1)"), "{notes}");
    assert!(notes.contains("begins at `uses`, 12"), "{notes}");
}

#[test]
fn what_cannot_be_put_back_is_left_alone() {
    let before = link_with(json!({ "uses": 50, "status": "expired" }));
    let (_, examined, _) = found("", before, NO_LIMIT);
    let left_out = examined.report.left_out().join("\n");
    assert!(left_out.contains("whatever sets `use_limit`"), "{left_out}");
    assert!(left_out.contains("whatever sets `status`"), "{left_out}");
}

#[test]
fn the_link_is_as_it_was_after_a_fault_too() {
    for fault in [
        "201 for 200",
        "null refused",
        "one above the maximum accepted",
        "500 for what is not JSON",
        "no answer to what is not JSON",
        "an unknown property accepted",
        "absent taken for null",
    ] {
        let (_, _, server) = found(fault, link(), NO_LIMIT);
        assert_eq!(server.link(), link(), "{fault}");
    }
}

#[test]
fn what_can_be_put_back_is_put_back() {
    let (_, examined, server) = found("the old name refused", link(), NO_LIMIT);
    let mut now = server.link();
    assert_ne!(now["name"], link()["name"]);
    now["name"] = link()["name"].clone();
    assert_eq!(now, link(), "everything else is as it was");
    let findings = examined.report.findings(&contract());
    let left = findings.iter().find(|finding| finding.rule == "object-not-restored").unwrap();
    let texts: Vec<_> = left.statements.iter().map(|one| one.text.as_str()).collect();
    assert!(texts[1].starts_with("`name` is ") && !texts[1].contains("status"), "{texts:?}");
    assert!(texts[2].contains(r#"'{"name":"#) && !texts[2].contains("status"), "{texts:?}");
}

#[test]
fn an_interruption_puts_the_link_back() {
    let server = Server::start("", link(), NO_LIMIT);
    let (interrupt, stop) = watch::channel(false);
    let interrupted = std::thread::scope(|scope| {
        scope.spawn(|| {
            while server.requests() < 40 {
                std::thread::yield_now();
            }
            interrupt.send(true).unwrap();
        });
        examined_until(&options(&server), stop).unwrap()
    });
    assert_eq!(interrupted.halted.as_deref(), Some(PUT_BACK));
    assert!(interrupted.sent < 80, "{}", interrupted.sent);
    assert_eq!(server.link(), link());
}

#[test]
fn no_more_is_sent_than_is_allowed() {
    let server = Server::start("", link(), NO_LIMIT);
    let options = Options { max_requests: 40, ..options(&server) };
    let examined = examined(&options).unwrap();
    assert!(server.requests() <= 40, "{}", server.requests());
    assert_eq!(server.link(), link());
    let left_out = examined.report.left_out().join("\n");
    assert!(left_out.contains("`--max-requests` allows is used up"), "{left_out}");
}

#[test]
fn the_limit_is_kept_and_then_used_up() {
    let (found, examined, server) = found("", link(), Limit { requests: 60, seconds: 1 });
    assert_eq!(found, []);
    assert_eq!(server.link(), link());
    let seen = &examined.report.seen;
    assert!(seen.iter().any(|(_, status)| status == "429"), "{seen:?}");
}

#[test]
fn what_cannot_be_examined_is_said() {
    let server = Server::start("", link(), NO_LIMIT);
    let (_running, stop) = watch::channel(false);
    let other = Options { key: Some("ah_test_other".to_owned()), ..options(&server) };
    let refused = examined_until(&other, stop.clone()).unwrap();
    assert!(refused.halted.unwrap().starts_with("the server refuses the key"));
    let path_parameters = BTreeMap::from([("link_id".to_owned(), "lnk_other".to_owned())]);
    let other = Options { path_parameters, ..options(&server) };
    let missing = examined_until(&other, stop.clone()).unwrap();
    assert!(missing.halted.unwrap().contains("does not have what the path parameters name"));
    let without = Options { path_parameters: BTreeMap::new(), ..options(&server) };
    let error = examined_until(&without, stop.clone()).unwrap_err().to_string();
    assert!(error.contains("--path-parameter link_id=VALUE"), "{error}");
    let nowhere = Options { url: "http://127.0.0.1:1".to_owned(), ..options(&server) };
    let unreachable = examined_until(&nowhere, stop).unwrap();
    assert!(unreachable.halted.unwrap().starts_with("no answer: "));
}

#[test]
fn the_key_is_never_said() {
    let server = Server::start("no X-Request-Id", link(), NO_LIMIT);
    let examined = examined(&options(&server)).unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let findings = examined.findings(&contract());
    let summary = examined.summary(findings.len());
    let report = Report { tool: "conform", findings: &findings, summary };
    for format in [Format::Human, Format::Json, Format::Sarif, Format::Github] {
        let mut out = Vec::new();
        report.write(format, false, &Sources::new(&root), &mut out).unwrap();
        let out = String::from_utf8(out).unwrap();
        assert!(out.contains("response-header-missing"), "{out}");
        assert!(!out.contains(KEY), "{out}");
        assert!(out.contains("x-api-key: $AGENTHUMAN_API_KEY"), "{out}");
        assert!(out.contains("curl -i -X PUT 'http://127.0.0.1:"), "{out}");
    }
}

#[test]
fn an_interruption_during_a_wait_puts_the_link_back_at_once() {
    let server = Server::start("", link(), Limit { requests: 30, seconds: 600 });
    let (interrupt, stop) = watch::channel(false);
    let started = std::time::Instant::now();
    let interrupted = std::thread::scope(|scope| {
        scope.spawn(|| {
            while server.requests() < 27 {
                std::thread::yield_now();
            }
            std::thread::sleep(std::time::Duration::from_millis(200));
            assert_ne!(server.link(), link());
            interrupt.send(true).unwrap();
        });
        examined_until(&options(&server), stop).unwrap()
    });
    assert_eq!(interrupted.halted.as_deref(), Some(PUT_BACK));
    assert_eq!(server.link(), link());
    assert!(started.elapsed().as_secs() < 30);
}

#[test]
fn an_interruption_before_anything_has_changed_changes_nothing() {
    let before = link_with(json!({ "uses": 50, "status": "expired", "name": null }));
    for requests in 1..8 {
        let server = Server::start("", before.clone(), NO_LIMIT);
        let options = Options { max_requests: 6 + requests, ..options(&server) };
        examined(&options).unwrap();
        assert_eq!(server.link(), before);
    }
}
