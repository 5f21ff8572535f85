//! Runs that create, list and delete objects: a folder, and notes in it.

use std::collections::BTreeMap;

use agenthuman_conform::{ConformanceReport, Options};
use agenthuman_contract::Contract;
use tokio::sync::watch;

use crate::collection::Collection;
use crate::server::Fault;
use crate::{interrupted, run_contract};

const LIST: &str = "/paths/~1folders~1{folder_id}~1notes/get";

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/conformance");

fn contract() -> Contract {
    Contract::read(FOLDER.as_ref(), "notes.yaml").unwrap()
}

fn options(server: &Collection) -> Options {
    Options {
        url: server.http.url.clone(),
        path_parameters: BTreeMap::new(),
        set: BTreeMap::new(),
        key: None,
        key_variable: "NO_KEY".to_owned(),
        max_requests: 1000,
    }
}

/// The contract with another property of an update, which no response shows, and an example of it.
fn contract_with_secret() -> Contract {
    let text = std::fs::read_to_string(FOLDER.to_owned() + "/notes.yaml").unwrap();
    let property = "    UpdateNote:\n      type: object\n      additionalProperties: false\n      \
                    properties:\n";
    let example = "              colour: { value: { colour: green } }\n";
    assert!(text.contains(property) && text.contains(example));
    let text = text.replace(property, &format!("{property}        secret: {{ type: string }}\n"));
    let secret = "              secret: { value: { secret: abc } }\n";
    Contract::parse("notes.yaml", &text.replace(example, &format!("{example}{secret}"))).unwrap()
}

fn run(options: &Options) -> ConformanceReport {
    run_of(&contract(), options)
}

fn run_of(contract: &Contract, options: &Options) -> ConformanceReport {
    let (_interrupt, stop) = watch::channel(false);
    run_contract(contract, options, stop).unwrap()
}

/// Returns the rule and the pointer of each finding.
fn found(report: &ConformanceReport) -> Vec<(String, String)> {
    let findings = report.findings(&contract()).into_iter();
    findings.map(|finding| (finding.rule, finding.pointer.unwrap())).collect()
}

#[test]
fn run_tests_all_operations_and_deletes_what_it_created() {
    let server = Collection::start("");
    let report = run(&options(&server));
    assert_eq!(found(&report), []);
    assert_eq!(report.aborted(), None);
    assert_eq!(report.skipped(), [] as [String; 0]);
    let (exist, created) = server.objects();
    assert_eq!(exist, 0);
    assert!(created > 20, "{created}");
    assert_eq!(server.http.requests(), report.requests_sent());
    let summary = report.summary(0);
    assert!(summary.contains(": conforms in "), "{summary}");
    assert!(summary.contains("(7 of 7 operations: POST /folders, "), "{summary}");
}

/// Fault, rule, pointer.
const FAULTS: [(Fault, &str, &str); 13] = [
    ("the text trimmed", "create-not-applied", "/components/schemas/NewNote/properties/text"),
    ("a rejected note stored", "refusal-changed-object", "{folder_id}~1notes/post"),
    ("the text in capitals when read", "read-differs", "{note_id}/get"),
    ("another note when read", "response-other-object", "/components/schemas/Note"),
    ("the latest note not listed", "list-incomplete", LIST),
    ("a note listed twice", "list-incomplete", LIST),
    ("the filter ignored", "filter-ignored", LIST),
    ("the limit exceeded", "page-wrong", LIST),
    ("the cursor ignored", "page-wrong", LIST),
    ("a note skipped between pages", "page-wrong", LIST),
    ("a deletion that does nothing", "delete-not-applied", "{note_id}/"),
    ("another 404 for a deleted note", "not-found-differs", "/responses/404"),
    ("no identifier in the response", "response-body-invalid", "/components/schemas/Note"),
];

#[test]
fn every_fault_is_found() {
    for (fault, rule, pointer) in FAULTS {
        let server = Collection::start(fault);
        let found = found(&run(&options(&server)));
        let expected = |(is, at): &(String, String)| is == rule && at.contains(pointer);
        assert!(found.iter().any(expected), "{fault}: {found:?}");
    }
}

#[test]
fn computed_property_is_a_note() {
    let server = Collection::start("the words counted when read");
    let report = run(&options(&server));
    assert_eq!(found(&report), []);
    let notes = report.notes().join("\n");
    assert!(notes.contains("`words`: it is computed"), "{notes}");
}

#[test]
fn object_that_is_left_behind_is_reported() {
    let server = Collection::start("deletions refused");
    let report = run(&options(&server));
    let aborted = report.aborted().unwrap();
    assert!(aborted.contains("failed to delete the created objects "), "{aborted}");
    assert!(aborted.contains("n2000"), "{aborted}");

    let server = Collection::start("no response to a creation");
    let report = run(&options(&server));
    let notes = report.notes().join("\n");
    assert!(notes.contains("may leave an object behind"), "{notes}");
}

#[test]
fn interruption_deletes_what_was_created() {
    let server = Collection::start("");
    let report = interrupted(&contract(), &options(&server), || server.objects().1 >= 10);
    assert_eq!(report.aborted(), Some("interrupted"));
    assert_eq!(server.objects().0, 0);
}

#[test]
fn exhausted_budget_deletes_what_was_created() {
    for max_requests in [8, 11, 12, 13, 20, 40, 80, 120] {
        let server = Collection::start("");
        let options = Options { max_requests, ..options(&server) };
        let (_interrupt, stop) = watch::channel(false);
        let report = run_contract(&contract(), &options, stop);
        assert!(server.http.requests() <= max_requests, "{}", server.http.requests());
        assert_eq!(server.objects().0, 0, "{max_requests}");
        if let Ok(report) = report {
            assert!(!report.summary(0).contains("conforms"), "{max_requests}");
        }
    }
}

#[test]
fn values_of_the_options_are_sent() {
    let server = Collection::start("");
    let set = BTreeMap::from([("title".to_owned(), "Mine".to_owned())]);
    let report = run(&Options { set, ..options(&server) });
    assert_eq!(found(&report), []);
}

#[test]
fn server_that_rejects_a_new_optional_property_does_not_conform() {
    let contract = contract_with_secret();
    let server = Collection::start("");
    let report = run_of(&contract, &options(&server));
    let findings = report.findings(&contract);
    let pointer = "/paths/~1folders~1{folder_id}~1notes~1{note_id}/put/requestBody/content/\
                   application~1json/examples/secret/value";
    let is_example =
        |rule: &str, at: Option<&str>| rule == "good-input-refused" && at == Some(pointer);
    assert!(
        findings.iter().any(|one| is_example(&one.rule, one.pointer.as_deref())),
        "{findings:#?}"
    );
    assert_eq!(server.objects().0, 0);
}

#[test]
fn property_that_is_not_shown_is_set_on_an_object_of_the_run() {
    let contract = contract_with_secret();
    let server = Collection::start("a secret accepted");
    let report = run_of(&contract, &options(&server));
    assert_eq!((report.findings(&contract).len(), report.skipped().len()), (0, 0), "{report:?}");

    // An object of the user is not changed by it, also if the server rejects it.
    for (fault, is_found) in [("a secret accepted", false), ("", true)] {
        let server = Collection::start(fault);
        let (folder, note) = server.add_note();
        let before = server.first_note();
        let path_parameters =
            BTreeMap::from([("folder_id".to_owned(), folder), ("note_id".to_owned(), note)]);
        let report = run_of(&contract, &Options { path_parameters, ..options(&server) });
        assert_eq!(report.aborted(), None);
        assert_eq!(!report.findings(&contract).is_empty(), is_found, "{fault}: {report:?}");
        assert_eq!(report.skipped(), [] as [String; 0]);
        assert_eq!(server.first_note(), before);
    }
}
