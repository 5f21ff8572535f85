#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use super::*;
use crate::reader::Contract;

const GOOD: &str = "\
# known
[[allow]]
rule = \"unused-component\"
pointer = \"/components/schemas/Ä\"
reason = \"comes with the next operation\"
expires = 2026-12-31
";

fn exceptions(text: &str) -> Exceptions {
    Exceptions::parse("allow.toml", text, NaiveDate::from_ymd_opt(2026, 12, 31).unwrap())
}

fn result(text: &str) -> Vec<String> {
    let document = "openapi: 3.0.3\ncomponents: {schemas: {Ä: {}, B: {}}}\n";
    let contract = Contract::parse("c.yaml", document).unwrap();
    let finding = |name: &str| {
        let pointer = format!("/components/schemas/{name}");
        Finding::in_contract(&contract, &pointer, "unused-component", "a component")
    };
    let mut findings = vec![finding("Ä"), finding("B")];
    exceptions(text).apply(&mut findings);
    let line = |finding: &Finding| match finding.statements.first() {
        None => finding.at(),
        Some(statement) => {
            format!("{} {} {}", finding.rule, finding.at(), statement.text)
        }
    };
    findings.iter().map(line).collect()
}

#[test]
fn apply_removes_matching_finding() {
    assert_eq!(result(GOOD), ["c.yaml:2:31"]);
    assert_eq!(result(""), ["c.yaml:2:24", "c.yaml:2:31"]);
    assert_eq!(result(&GOOD.replace("2026-12-31", "\"2027-01-01\"")), ["c.yaml:2:31"]);
}

#[test]
fn apply_reports_invalid_exceptions() {
    for (from, to, expected) in [
        ("2026-12-31", "2026-12-30", "allow-expired allow.toml:3:8 expired on 2026-12-30: comes"),
        ("schemas/Ä", "schemas/C", "allow-unmatched allow.toml:3:8 no finding"),
        ("unused-component", "unusable-schema", "allow-unmatched allow.toml:3:8 no"),
        (
            "unused-component",
            "unused-componet",
            "allow-malformed allow.toml:3:8 unknown rule `unused-componet`; the nearest is `unused-component`",
        ),
        ("2026-12-31", "\"soon\"", "allow-malformed allow.toml:6:11 `soon` is not a date"),
        ("2026-12-31", "7", "allow-malformed allow.toml:6:11 `expires` is empty or not a string"),
        ("expires = 2026-12-31\n", "", "allow-malformed allow.toml:2:1 `expires` is missing"),
        (
            "reason = \"comes with the next operation\"",
            "reason = ' '",
            "allow-malformed allow.toml:5:10 `reason` is empty or not a string",
        ),
        (
            "reason",
            "why = 'x'\nreason",
            "allow-malformed allow.toml:5:1 unknown key `why`: the keys are rule, pointer, operation",
        ),
        ("[[allow]]", "[[alow]]", "allow-malformed allow.toml:2:3 unknown table `alow`"),
        (
            "[[allow]]",
            "[allow]",
            "allow-malformed allow.toml:2:2 `allow` is not an array of tables",
        ),
        ("[[allow]]", "[[allow]", "allow-malformed allow.toml:2:"),
        (
            "rule = \"unused-component\"\npointer = \"/components/schemas/Ä\"\n",
            "",
            "allow-malformed allow.toml:2:1 `rule`, `pointer` and `operation` are missing",
        ),
        (
            "pointer = \"/components/schemas/Ä\"",
            "operation = \"get /a\"",
            "allow-malformed allow.toml:4:13 `get /a` is not a method and a path, such as `GET",
        ),
    ] {
        let found = result(&GOOD.replacen(from, to, 1));
        assert_eq!(found.len(), 3, "{to}: {found:?}");
        assert!(found[2].starts_with(expected), "{to}: {found:?}");
    }
}

/// Returns whether `subject` is allowed by an exception with these keys, and the finding about the
/// exception.
fn allowed(keys: &str, subject: Subject<'_>) -> (bool, Option<String>) {
    let mut exceptions =
        exceptions(&format!("[[allow]]\n{keys}\nreason = 'x'\nexpires = 2027-01-01\n"));
    let allowed = exceptions.allow(subject);
    let text = |finding: &Finding| {
        format!("{} {}: {}", finding.rule, finding.subject, finding.statements[0].text)
    };
    (allowed, exceptions.findings().first().map(text))
}

#[test]
fn allow_selects_by_rule_pointer_and_operation() {
    let operations: [Arc<str>; 2] = ["GET /a/{id}".into(), "PUT /a/{id}".into()];
    let subject = Subject {
        rule: "response-property",
        pointer: Some("/components/schemas/A/properties/b"),
        operations: &operations,
    };
    for keys in [
        "rule = 'response-property'",
        "pointer = '#/components/schemas/A/*'",
        "operation = '* /a/{id}'",
        "operation = '* /a*'\nrule = 'response-property'\npointer = '*/b'",
    ] {
        assert_eq!(allowed(keys, subject), (true, None), "{keys}");
    }
    for keys in ["rule = 'request-property'", "pointer = '/components/schemas/B*'"] {
        let (is_allowed, finding) = allowed(keys, subject);
        assert!(!is_allowed && finding.unwrap().ends_with(": no finding matches"), "{keys}");
    }
    // The change is allowed for one of the two operations only.
    let (is_allowed, finding) = allowed("operation = 'GET /a/{id}'", subject);
    assert!(!is_allowed);
    assert_eq!(
        finding.unwrap(),
        "allow-unmatched the exception for `GET /a/{id}`: no finding matches: each one at these \
         operations affects others too, such as PUT /a/{id}"
    );
}

#[test]
fn allow_finds_the_operation_of_a_pointer() {
    let pointer = Some("/paths/~1a~1{id}/put/requestBody");
    let subject = Subject { rule: "invalid-example", pointer, operations: &[] };
    assert_eq!(allowed("operation = 'PUT /a/{id}'", subject), (true, None));
    assert!(!allowed("operation = 'GET /a/{id}'", subject).0);
    let path = Subject { pointer: Some("/paths/~1a~1{id}"), ..subject };
    assert!(!allowed("operation = '* *'", path).0);
}
