#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

use super::*;
use crate::findings::Finding;
use crate::reader::Contract;

const CONTRACT: &str = "\
openapi: 3.0.3
info: {title: T, version: 1.0.0}
security: [{Key: []}]
paths:
  /a:
    get:
      operationId: a
      parameters:
        - {$ref: '#/components/parameters/Page'}
      responses:
        '200':
          description: d
          headers: {X: {schema: {type: string}}}
          content:
            application/json:
              schema: {$ref: '#/components/schemas/A'}
              example: {nulable: 1, $ref: '#/components/schemas/Data'}
components:
  securitySchemes: {Key: {type: apiKey, in: header, name: k}}
  parameters: {Page: {name: page, in: query, schema: {type: integer, maximum: 5}}}
  schemas:
    A: {type: object, properties: {nulable: {$ref: '#/components/schemas/B'}, b: {type: string}}}
    B: {type: array, items: {$ref: '#/components/schemas/A'}}
";

/// Rule, pointer, statement.
fn found(text: &str) -> Vec<(String, String, String)> {
    let contract = Contract::parse("c.yaml", text).unwrap();
    let found = |finding: Finding| {
        (finding.rule, finding.pointer.unwrap(), finding.statements[0].text.clone())
    };
    check(&contract).into_iter().map(found).collect()
}

fn with(from: &str, to: &str) -> Vec<(String, String, String)> {
    let text = CONTRACT.replacen(from, to, 1);
    assert_ne!(text, CONTRACT, "{from}");
    found(&text)
}

#[test]
fn check_of_valid_document_finds_nothing() {
    assert_eq!(found(CONTRACT), []);
    for (from, to) in [
        ("operationId: a", "operationId: a\n      x-own: {anything: 1}"),
        ("'200':", "4XX: {description: x}\n        default: {description: y}\n        '200':"),
    ] {
        assert_eq!(with(from, to), [], "{to}");
    }
}

#[test]
fn check_finds_invalid_keywords() {
    let op = "/paths/~1a/get";
    for (from, to, rule, pointer, text) in [
        ("openapi: 3.0.3", "openapi: 3.0.3\npath: {}", "unknown", "/path", "nearest is `paths`"),
        ("title: T", "title: T, licence: {}", "unknown", "/info/licence", "`license`"),
        ("operationId: a", "operationID: a", "unknown", "/operationID", "`operationId`"),
        (
            "description: d",
            "description: d\n          header: {}",
            "unknown",
            "/responses/200/header",
            "`headers`",
        ),
        (
            "{type: string}}}\n",
            "{type: string, nulable: true}}}\n",
            "unknown",
            "/headers/X/schema/nulable",
            "`nullable`",
        ),
        ("maximum: 5", "maximun: 5", "unknown", "/schema/maximun", "`maximum`"),
        ("maximum: 5", "const: 5", "unknown", "/schema/const", "OpenAPI 3.1"),
        ("maximum: 5", "frobnicate: 5", "unknown", "/schema/frobnicate", "unknown keyword"),
        ("maximum: 5", "maximum: '5'", "wrong", "/schema/maximum", "a string, not a number"),
        ("maximum: 5", "nullable: 1", "wrong", "/schema/nullable", "not true or false"),
        ("description: d", "description: 1", "wrong", "/responses/200/description", "not a string"),
        ("title: T, ", "", "missing", "/info", "`title` is missing"),
        (
            "description: d\n",
            "summary: d\n",
            "unknown",
            "/responses/200/summary",
            "unknown keyword",
        ),
        ("'200':", "'2000':", "unknown", "/responses/2000", "not a status"),
        (
            "schema: {$ref: '#/components/schemas/A'}",
            "schema: {$ref: '#/components/schemas/A', nullable: true}",
            "ignored",
            "/schema/nullable",
            "ignores all siblings",
        ),
    ] {
        let found = with(from, to);
        let hit = found.iter().any(|(found_rule, at, statement)| {
            found_rule.starts_with(rule) && at.ends_with(pointer) && statement.contains(text)
        });
        assert!(hit, "{to} below {op}: {found:#?}");
    }
}

#[test]
fn check_finds_unused_components() {
    let rules = |found: Vec<(String, String, String)>| -> Vec<String> {
        found.into_iter().map(|(rule, at, _)| format!("{rule} {at}")).collect()
    };
    let more = |name: &str, text: &str| rules(found(&format!("{CONTRACT}    {name}: {text}\n")));
    assert_eq!(more("Data", "{type: boolean}"), ["unused-component /components/schemas/Data"]);
    // `b` of A is equal by chance.
    assert_eq!(more("Data", "{type: string}"), ["unused-component /components/schemas/Data"]);
    // A component that only refers to itself.
    let own = "{type: array, items: {$ref: '#/components/schemas/C'}}";
    assert_eq!(more("C", own), ["unused-component /components/schemas/C"]);
    assert_eq!(
        rules(with("security: [{Key: []}]\n", "")),
        ["unused-component /components/securitySchemes/Key"]
    );
    // Inlined at its only reference.
    assert_eq!(
        rules(with(
            "{$ref: '#/components/parameters/Page'}",
            "{name: page, schema: {maximum: 5, type: integer}, in: query}",
        )),
        ["inlined-component /components/parameters/Page"]
    );
    let a = "{type: object, properties: {nulable: {$ref: '#/components/schemas/B'}, b: {type: string}}}";
    assert_eq!(
        rules(with("schema: {$ref: '#/components/schemas/A'}", &format!("schema: {a}"))),
        [] as [&str; 0],
        "A is still the item of B"
    );
}

#[test]
fn check_finds_unused_components_in_long_chain() {
    let link = |n: usize| {
        format!("    S{n}: {{title: x, allOf: [{{$ref: '#/components/schemas/S{}'}}]}}\n", n + 1)
    };
    let chain: String = (0..5000).map(link).collect();
    let found = found(&format!("{CONTRACT}{chain}    S5000: {{type: boolean}}\n"));
    assert_eq!(found.len(), 5001);
}

#[test]
fn check_reads_numbers_exactly() {
    for (from, to, valid) in [
        ("maximum: 5", "multipleOf: 1e-400", true),
        ("maximum: 5", "multipleOf: -1e-400", false),
        ("maximum: 5", "multipleOf: 0e9", false),
        ("maximum: 5", "minLength: 18446744073709551617", true),
        ("maximum: 5", "minLength: 9007199254740992.5", false),
        ("maximum: 5", "minLength: -1e-400", false),
        ("maximum: 5", "minLength: 0x10", true),
        ("maximum: 5", "minLength: 1e400", true),
    ] {
        let found = with(from, to);
        let rules: Vec<_> = found.iter().map(|(rule, ..)| rule.as_str()).collect();
        let expected: &[&str] = if valid { &[] } else { &["wrong-kind-of-value"] };
        assert_eq!(rules, expected, "{to}");
    }
}
