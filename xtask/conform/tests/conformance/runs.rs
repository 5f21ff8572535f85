//! Complete runs: requests, output, and the object afterwards.

use std::collections::BTreeMap;

use agenthuman_conform::Options;
use agenthuman_contract::Contract;
use agenthuman_contract::findings::{Format, Report, Sources};
use serde_json::{Value, json};
use tokio::sync::watch;

use crate::server::{KEY, Limit, Server, link};
use crate::{
    FaultRun, NO_LIMIT, contract, interrupted, options, root, run, run_contract, run_until,
    run_with,
};

const RESTORED: &str = "interrupted; the object is restored";

fn link_with(changes: Value) -> Value {
    let mut link = link();
    for (name, value) in changes.as_object().unwrap() {
        link[name] = value.clone();
    }
    link
}

#[test]
fn server_without_fault_conforms_for_any_link() {
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
        // the server rejects its own values
        json!({ "uses": 50, "status": "expired" }),
    ] {
        let before = link_with(changes);
        let FaultRun { found, report, server } = run_with("", before.clone(), NO_LIMIT);
        assert_eq!(found, [], "{before}");
        assert_eq!(server.link(), before, "not restored; {report:?}");
        assert_eq!(report.aborted(), None);
        assert_eq!(server.requests(), report.requests_sent());
    }
}

#[test]
fn cross_field_rule_is_a_note() {
    let FaultRun { report, .. } = run_with("", link_with(json!({ "uses": 12 })), NO_LIMIT);
    let notes = report.notes().join("\n");
    assert!(notes.contains("`use_limit` is 1 (minimum is 1)"), "{notes}");
    assert!(notes.contains("begin at `uses`, 12"), "{notes}");
}

#[test]
fn property_that_cannot_be_restored_is_never_set() {
    let before = link_with(json!({ "uses": 50, "status": "expired" }));
    let FaultRun { report, .. } = run_with("", before, NO_LIMIT);
    let skipped = report.skipped().join("\n");
    assert!(skipped.contains("every request that sets `use_limit`"), "{skipped}");
    assert!(skipped.contains("every request that sets `status`"), "{skipped}");
}

#[test]
fn link_is_restored_after_a_fault() {
    for fault in [
        "201 for 200",
        "null rejected",
        "one above the maximum accepted",
        "500 for malformed JSON",
        "no response to malformed JSON",
        "an unknown property accepted",
        "absent treated as null",
    ] {
        let FaultRun { server, .. } = run_with(fault, link(), NO_LIMIT);
        assert_eq!(server.link(), link(), "{fault}");
    }
}

#[test]
fn rejected_restore_of_one_property_still_restores_the_others() {
    let FaultRun { report, server, .. } = run_with("the old name rejected", link(), NO_LIMIT);
    let mut now = server.link();
    assert_ne!(now["name"], link()["name"]);
    now["name"] = link()["name"].clone();
    assert_eq!(now, link(), "everything else is restored");
    let findings = report.findings(&contract());
    let finding = findings.iter().find(|finding| finding.rule == "object-not-restored").unwrap();
    let texts: Vec<_> = finding.statements.iter().map(|one| one.text.as_str()).collect();
    assert!(texts[1].starts_with("`name` is ") && !texts[1].contains("status"), "{texts:?}");
    assert!(texts[2].contains(r#"'{"name":"#) && !texts[2].contains("status"), "{texts:?}");
}

#[test]
fn interruption_restores_the_link() {
    let server = Server::start("", link(), NO_LIMIT);
    let report = interrupted(&contract(), &options(&server), || server.requests() >= 40);
    assert_eq!(report.aborted(), Some(RESTORED));
    assert!(report.requests_sent() < 80, "{}", report.requests_sent());
    assert_eq!(server.link(), link());
}

#[test]
fn run_sends_no_more_than_max_requests() {
    let server = Server::start("", link(), NO_LIMIT);
    let options = Options { max_requests: 40, ..options(&server) };
    let report = run(&options).unwrap();
    assert!(server.requests() <= 40, "{}", server.requests());
    assert_eq!(server.link(), link());
    let skipped = report.skipped().join("\n");
    assert!(skipped.contains("(`--max-requests`) is exhausted"), "{skipped}");
}

#[test]
fn rate_limit_is_respected_and_then_used_up() {
    let FaultRun { found, report, server } =
        run_with("", link(), Limit { requests: 60, seconds: 1 });
    assert_eq!(found, []);
    assert_eq!(server.link(), link());
    assert_eq!(report.aborted(), None);
    let skipped = report.skipped();
    assert!(!skipped.iter().any(|reason| reason.contains("429")), "{skipped:?}");
    let notes = report.notes();
    assert!(notes.iter().any(|note| note.contains("is used up")), "{notes:?}");
}

#[test]
fn unusable_server_or_options_are_reported() {
    let server = Server::start("", link(), NO_LIMIT);
    let (_interrupt, stop) = watch::channel(false);
    let other = Options { key: Some("ah_test_other".to_owned()), ..options(&server) };
    let rejected = run_until(&other, stop.clone()).unwrap();
    assert!(rejected.aborted().unwrap().starts_with("the server rejects the API key"));
    let path_parameters = BTreeMap::from([("link_id".to_owned(), "lnk_other".to_owned())]);
    let other = Options { path_parameters, ..options(&server) };
    let missing = run_until(&other, stop.clone()).unwrap();
    assert!(missing.aborted().unwrap().contains("does not find the object of the path parameters"));
    let without = Options { path_parameters: BTreeMap::new(), ..options(&server) };
    let error = run_until(&without, stop.clone()).unwrap_err().to_string();
    assert!(error.contains("--path-parameter link_id=VALUE"), "{error}");
    let unreachable = Options { url: "http://127.0.0.1:1".to_owned(), ..options(&server) };
    let unreachable = run_until(&unreachable, stop).unwrap();
    assert!(unreachable.aborted().unwrap().starts_with("no response: "));
}

#[test]
fn output_never_contains_the_key() {
    let server = Server::start("no X-Request-Id", link(), NO_LIMIT);
    let report = run(&options(&server)).unwrap();
    let findings = report.findings(&contract());
    let summary = report.summary(findings.len());
    let report = Report { tool: "conform", findings: &findings, summary };
    for format in [Format::Human, Format::Json, Format::Sarif, Format::Github] {
        let mut out = Vec::new();
        report.write(format, false, &Sources::new(&root()), &mut out).unwrap();
        let out = String::from_utf8(out).unwrap();
        assert!(out.contains("response-header-missing"), "{out}");
        assert!(!out.contains(KEY), "{out}");
        assert!(out.contains("x-api-key: $AGENTHUMAN_API_KEY"), "{out}");
        assert!(out.contains("curl -i -X PUT 'http://127.0.0.1:"), "{out}");
    }
}

#[test]
fn interruption_during_a_wait_restores_the_link_at_once() {
    let server = Server::start("", link(), Limit { requests: 30, seconds: 600 });
    let started = std::time::Instant::now();
    let report = interrupted(&contract(), &options(&server), || {
        let is_waiting = server.requests() >= 27;
        if is_waiting {
            std::thread::sleep(std::time::Duration::from_millis(200));
            assert_ne!(server.link(), link());
        }
        is_waiting
    });
    assert_eq!(report.aborted(), Some(RESTORED));
    assert_eq!(server.link(), link());
    assert!(started.elapsed().as_secs() < 30);
}

#[test]
fn exhausted_budget_during_preparation_changes_nothing() {
    let before = link_with(json!({ "uses": 50, "status": "expired", "name": null }));
    for requests in 1..8 {
        let server = Server::start("", before.clone(), NO_LIMIT);
        let options = Options { max_requests: 6 + requests, ..options(&server) };
        run(&options).unwrap();
        assert_eq!(server.link(), before);
    }
}

/// The contract has no operation that creates an object, so nothing can be sent that cannot be restored.
#[test]
fn server_without_a_new_optional_property_is_only_partly_checked() {
    let text = std::fs::read_to_string(root().join("openapi/released/1.0.0.yaml")).unwrap();
    let schema = "\n    UpdateLinkRequest:\n";
    let at = text.find(schema).unwrap();
    let at = at + text[at..].find("\n      properties:\n").unwrap() + "\n      properties:\n".len();
    let property = "        note: { type: string, nullable: true }\n";
    let contract =
        Contract::parse("links.yaml", &format!("{}{property}{}", &text[..at], &text[at..]))
            .unwrap();
    let server = Server::start("", link(), Limit { requests: 60, seconds: 1 });
    let (_interrupt, stop) = watch::channel(false);
    let report = run_contract(&contract, &options(&server), stop).unwrap();
    assert_eq!(report.findings(&contract), []);
    let [part] = report.skipped() else { panic!("{report:?}") };
    assert!(
        part.contains("every request that sets `note`: the response does not show it"),
        "{part}"
    );
    let summary = report.summary(0);
    assert!(
        summary.contains(": partly checked, no findings, 1 part not checked, in "),
        "{summary}"
    );
    assert!(report.summary(2).contains(": 2 findings, 1 part not checked, in "));
    assert_eq!(server.link(), link());
}
