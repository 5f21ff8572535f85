#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use super::*;
use crate::diff::ComparisonMode;
use crate::findings::{Finding, Format, Report, Sources};
use crate::reader::Contract;

const CONTRACT: &str = "\
openapi: 3.0.3
info: {title: T, version: 1.0.0}
security: [{Key: []}]
paths:
  /a:
    get:
      operationId: get_a
      responses:
        '200': {description: yes}
        '404': {$ref: '#/components/responses/Error'}
components:
  securitySchemes: {Key: {type: apiKey, in: header, name: x-key}}
  responses:
    Error: {description: no, content: {application/json: {schema: {type: string}}}}
";

const EMISSION: &str = r##"{
  "openapi": "3.0.3",
  "info": { "title": "T", "version": "1.0.0" },
  "paths": { "/a": { "get": {
    "operationId": "get_a",
    "parameters": [{ "in": "header", "name": "x-key", "required": true, "schema": { "type": "string" } }],
    "responses": {
      "200": { "description": "yes" },
      "4XX": { "$ref": "#/components/responses/Error" },
      "5XX": { "$ref": "#/components/responses/Error" }
    }
  } } },
  "components": { "responses": { "Error": {
    "description": "no", "content": { "application/json": { "schema": { "type": "string" } } }
  } } }
}
"##;

fn found(old: &str, new: &str, mode: Option<ComparisonMode>) -> (Vec<String>, String) {
    let old = Contract::parse("old.yaml", old).unwrap();
    let name = if new.starts_with('{') { "new.json" } else { "new.yaml" };
    let new = Contract::parse(name, new).unwrap();
    let compared = compare_documents(&old, &new, mode).unwrap();
    let (summary, findings) = (compared.summary(), compared.findings);
    let span = |finding: Finding| {
        let related = &finding.related[0].span;
        format!("{} {} {}:{}", finding.rule, finding.at(), related.line, related.column)
    };
    (findings.into_iter().map(span).collect(), summary)
}

#[test]
fn compare_documents_detects_emission() {
    let (findings, summary) = found(CONTRACT, EMISSION, None);
    assert!(findings.is_empty(), "{findings:?}");
    assert!(summary.ends_with("new.json read as what Dropshot emits"), "{summary}");
    let (findings, _) = found(CONTRACT, EMISSION, Some(ComparisonMode::Documents));
    assert_eq!(findings.len(), 5, "{findings:?}");
    // Two error classes and no security are not enough: Dropshot names operations, and shares errors.
    let inline = EMISSION
        .replace(r##"{ "$ref": "#/components/responses/Error" }"##, r#"{ "description": "no" }"#);
    for other in [inline, EMISSION.replace(r#""operationId": "get_a","#, "")] {
        let (_, summary) = found(CONTRACT, &other, None);
        assert!(summary.ends_with("new.json read as a document"), "{summary}");
    }
    let less = EMISSION.replace("x-key", "x-other");
    assert_eq!(found(CONTRACT, &less, None).0.len(), 2);
}

#[test]
fn compare_documents_compares_full_meaning() {
    for document in [CONTRACT, EMISSION] {
        let (findings, summary) = found(document, document, None);
        assert!(findings.is_empty() && summary.ends_with("read as a document"), "{summary}");
    }
    let open = CONTRACT.replace("security: [{Key: []}]\n", "");
    assert_eq!(
        found(CONTRACT, &open, None).0,
        ["operation-security old.yaml:3:1 5:5"],
        "an operation without security, and not an emission"
    );
    let servers = |url: &str| format!("{CONTRACT}servers: [{{url: {url}}}]\n");
    assert_eq!(
        found(&servers("https://a"), &servers("https://b"), Some(ComparisonMode::Documents)).0,
        ["operation-servers old.yaml:15:1 15:1"],
        "once for all operations"
    );
    for (more, expected) in [
        (
            "callbacks: {c: {$url: {post: {responses: {}}}}}",
            "operation-callbacks old.yaml:4:1 7:30",
        ),
        ("servers: [{url: https://b}]", "operation-servers old.yaml:6:5 7:7"),
    ] {
        let new =
            CONTRACT.replace("      operationId", &format!("      {more}\n      operationId"));
        assert_eq!(found(CONTRACT, &new, Some(ComparisonMode::Documents)).0, [expected]);
    }
    let links = CONTRACT.replace("yes}", "yes, links: {l: {operationId: get_a}}}");
    assert_eq!(
        found(CONTRACT, &links, Some(ComparisonMode::Documents)).0,
        ["response-links old.yaml:9:9 9:35"]
    );
    let tags = format!("{CONTRACT}tags: [{{name: t}}]\n");
    assert_eq!(
        found(CONTRACT, &tags, Some(ComparisonMode::Documents)).0,
        ["document-tags old.yaml:1:1 15:8"]
    );
    let other = EMISSION.replace("get_a", "get_b");
    assert_eq!(found(EMISSION, &other, None).0, ["operation-id old.yaml:5:5 5:5"]);
}

#[test]
fn human_format_does_not_render_document_on_one_line() {
    let of = |text: &str, name: &str| {
        let one_line: serde_json::Value = serde_json::from_str(text).unwrap();
        let long = one_line.to_string().replacen("\"T\"", &format!("{:?}", "T".repeat(2000)), 1);
        Contract::parse(name, &long).unwrap()
    };
    let (old, new) =
        (of(EMISSION, "old.json"), of(&EMISSION.replace("get_a", "get_b"), "new.json"));
    let compared = compare_documents(&old, &new, None).unwrap();
    let (summary, findings) = (compared.summary(), compared.findings);
    let report = Report { tool: "cargo xtask diff", findings: &findings, summary };
    let directory = tempfile::tempdir().unwrap();
    for document in [&old, &new] {
        std::fs::write(directory.path().join(document.file()), document.document().to_string())
            .unwrap();
    }
    let mut out = Vec::new();
    report.write(Format::Human, false, &Sources::new(directory.path()), &mut out).unwrap();
    let out = String::from_utf8(out).unwrap();
    assert!(out.contains("old.json:1:") && !out.contains("TTTT"), "{out}");
}

#[test]
fn compare_documents_rejects_duplicate_parameter() {
    let twice = EMISSION.replace(
        "\"parameters\": [",
        r#""parameters": [{ "in": "header", "name": "X-Key", "schema": {} }, "#,
    );
    let document = Contract::parse("new.json", &twice).unwrap();
    let error = compare_documents(&document, &document, None).unwrap_err().to_string();
    assert!(
        error.starts_with("new.json:6:") && error.contains("duplicate header parameter"),
        "{error}"
    );
}

#[test]
fn retargeted_reference_has_its_targets_as_related() {
    let text = |name: &str| {
        format!(
            "openapi: 3.0.3\npaths:\n  /a:\n    get:\n      responses:\n        '200':\n          \
             $ref: '#/components/responses/{name}'\ncomponents:\n  responses:\n    \
             A: {{description: x, headers: {{H: {{schema: {{type: string}}}}}}}}\n    \
             B: {{description: x, headers: {{H: {{schema: {{type: integer}}}}}}}}\n"
        )
    };
    let [old, new] = [("old.yaml", "A"), ("new.yaml", "B")]
        .map(|(file, name)| Contract::parse(file, &text(name)).unwrap());
    let Compared { findings, .. } =
        compare_documents(&old, &new, Some(ComparisonMode::Documents)).unwrap();
    let [finding] = &findings[..] else { panic!("{findings:?}") };
    assert_eq!(
        (finding.rule.as_str(), finding.at().as_str()),
        ("response-header-type", "old.yaml:7:11")
    );
    let related: Vec<_> = finding
        .related
        .iter()
        .map(|one| (one.what, one.file.as_str(), one.span.line, one.pointer.as_deref().unwrap()))
        .collect();
    let inside = |name: &str| format!("/components/responses/{name}/headers/H/schema/type");
    let expected = [
        ("the new document", "new.yaml", 7, "/paths/~1a/get/responses/200/$ref"),
        ("the old target", "old.yaml", 10, &inside("A")),
        ("the new target", "new.yaml", 11, &inside("B")),
    ];
    assert_eq!(related, expected);
    assert!(finding.fix.contains("write `$ref: '#/components/responses/B'` at old.yaml:7:11"));
}
