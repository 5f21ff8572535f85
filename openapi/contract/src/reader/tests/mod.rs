#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test stops where it fails")]

mod json;
mod yaml;

use serde_json::json;

use super::*;

fn parse(body: &str) -> Result<Contract, ContractError> {
    Contract::parse("contract.yaml", &format!("openapi: 3.0.3\n{body}"))
}

#[test]
fn parse_resolves_scalars_by_core_schema() {
    let contract = parse(
        "a: {null: ~, text: 'null', yes: yes, on: true, int: 12, neg: -3, float: 1.5, exp: 1e3}\n\
         b: [0x1F, 0o17, '12', 3.0.3, 2024-01-15, .5, +7, '']\n\
         c: |\n  two\n  lines\n\
         d: &anchor {x: 1}\n\
         e: *anchor\n\
         f: [!!int '1', !!float 1, !!bool true, !!null '', !!str 1, !!seq [], !!map {}]\n",
    )
    .unwrap();
    let document = contract.document();
    assert_eq!(
        document["a"],
        json!({"null": null, "text": "null", "yes": "yes", "on": true, "int": 12, "neg": -3, "float": 1.5, "exp": 1000.0})
    );
    assert_eq!(document["b"], json!([31, 15, "12", "3.0.3", "2024-01-15", 0.5, 7, ""]));
    assert_eq!(document["c"], "two\nlines\n");
    assert_eq!(document["e"], json!({"x": 1}));
    assert_eq!(document["f"], json!([1, 1.0, true, null, "1", [], {}]));
}

#[test]
fn span_covers_key_and_value() {
    let text = "openapi: 3.0.3\ninfo:\n  title: T\n  tags:\n    - one\n    - two: 2\n";
    let contract = Contract::parse("contract.yaml", text).unwrap();
    let span = |pointer| {
        let span = contract.span(pointer);
        let text: String = text.chars().skip(span.start).take(span.end - span.start).collect();
        (span.line, span.column, text.trim_end().to_owned())
    };
    assert_eq!(span("/info/title"), (3, 3, "title: T".to_owned()));
    assert_eq!(span("/info/tags/0"), (5, 7, "one".to_owned()));
    assert_eq!(span("/info/tags/1/two"), (6, 7, "two: 2".to_owned()));
    // A missing value has the span of the nearest value that contains it.
    assert_eq!(span("/info/title/missing").0, 3);
    assert_eq!(span("/info/description").0, 2);
}

#[test]
fn parse_of_invalid_yaml_fails_with_line() {
    for (body, line, message) in [
        ("a: 1\nb: 2\na: 3\n", 4, "duplicate key `a`"),
        ("a: {b: 1\n", 2, "unclosed bracket"),
        ("a: &x 1\nb: {<<: *x}\n", 3, "merge keys (`<<`) are not supported"),
        ("a: &x [*x]\n", 2, ""),
        ("? [a]\n: 1\n", 2, "a key must be a scalar"),
        ("a: 1\n---\nb: 2\n", 3, "a second document is not supported"),
        ("a: !!binary eA==\n", 2, "the tag"),
        ("a: !!int 1.5\n", 2, "`1.5` does not match its tag"),
        ("a: !!set {b: null}\n", 2, "the tag"),
        ("a: !!seq {}\n", 2, "the tag"),
        ("a: \"\\q\"\n", 2, ""),
    ] {
        let error = parse(body).expect_err(body);
        assert_eq!(error.span.map(|span| span.line), Some(line), "{body:?}: {error}");
        assert!(error.message.contains(message), "{body:?}: {error}");
    }
    let bomb = format!(
        "a0: &a0 [x]\n{}",
        (1..30).map(|n| format!("a{n}: &a{n} [*a{0}, *a{0}]\n", n - 1)).collect::<String>()
    );
    assert!(parse(&bomb).expect_err("bomb").message.contains("has more than"));
    let deep = format!("a: {}{}", "[".repeat(300), "]".repeat(300));
    parse(&deep).expect_err("deep");
    let chain = format!(
        "a0: &a0 [x]\n{}",
        (1..300).map(|n| format!("a{n}: &a{n} [[[*a{}]]]\n", n - 1)).collect::<String>()
    );
    assert!(parse(&chain).expect_err("chain").message.starts_with("values are nested deeper"));
}

#[test]
fn parse_rejects_other_documents() {
    for (text, message) in [
        ("", "the document is empty"),
        ("swagger: '2.0'", "not an OpenAPI document"),
        ("openapi: 3.1.0", "OpenAPI 3.1.0 is not supported"),
        ("[]", "not an OpenAPI document"),
    ] {
        let error = Contract::parse("contract.yaml", text).expect_err(text);
        assert!(error.message.contains(message), "{error}");
    }
}

#[test]
fn resolve_follows_references() {
    let contract =
        parse("a: {$ref: '#/b'}\nb: {$ref: '#/c'}\nc: 1\nd: {$ref: '#/e'}\nf: {$ref: '#/f'}\n")
            .unwrap();
    assert_eq!(contract.resolve("/a").unwrap(), ("/c".into(), &json!(1)));
    assert_eq!(contract.resolve("/d").unwrap_err().span.unwrap().line, 5);
    assert!(contract.resolve("/f").unwrap_err().message.contains("circular `$ref`"));
}

#[test]
fn target_decodes_percent_encoding() {
    let contract = parse("a: {$ref: '#/c%20%C3%A4/x~1%7By%7D'}\nc ä: {'x/{y}': 1}\n").unwrap();
    assert_eq!(contract.resolve("/a").unwrap().0, "/c ä/x~1{y}");
    assert_eq!(target("#/50%"), Some("/50%".to_owned()));
    assert_eq!(target("#/%4"), Some("/%4".to_owned()));
    assert_eq!(target("#/%zz%41"), Some("/%zzA".to_owned()));
    assert_eq!(target("#/%41%ff"), Some("/%41%ff".to_owned()), "decodes to invalid UTF-8");
    assert_eq!(target("other.yaml#/a"), None);
}

#[test]
fn media_type_returns_canonical_form() {
    for (text, is) in [
        ("Application/JSON", "application/json"),
        ("application/json;charset=UTF-8", "application/json"),
        ("application/json ; Version=2", "application/json; version=2"),
        ("Text/Plain;CHARSET=\"UTF-8\"", "text/plain; charset=utf-8"),
        ("*/*", "*/*"),
    ] {
        assert_eq!(media_type(text), is);
    }
}

#[test]
fn clearable_property_is_optional_and_nullable() {
    let contract = parse(
        "o: {required: [a, b], properties: {a: {nullable: true}, b: {}, c: {nullable: true}, \
         d: {nullable: false}, f: {$ref: '#/n'}, g: {allOf: [{$ref: '#/n'}]}, h: {$ref: '#/loop'}}}\n\
         n: {nullable: true}\nloop: {allOf: [{$ref: '#/loop'}]}\n",
    )
    .unwrap();
    let found =
        ["a", "b", "c", "d", "e", "f", "g", "h"].map(|name| clearable(&contract, "/o", name));
    assert_eq!(found, [false, false, true, false, false, true, true, false]);
}

#[test]
fn nullable_follows_long_chain() {
    let chain: String =
        (0..5000).map(|n| format!("s{n}: {{allOf: [{{$ref: '#/s{}'}}]}}\n", n + 1)).collect();
    let contract = parse(&format!("{chain}s5000: {{nullable: true}}\n")).unwrap();
    assert!(nullable(&contract, "/s0"));
}

#[test]
fn text_cannot_stand_for_an_exact_number() {
    for (file, text) in [
        ("c.json", r#"{"openapi": "3.0.3", "a": "\u0000number:5"}"#),
        ("c.json", r#"{"openapi": "3.0.3", "\u0000number:5": 1}"#),
        ("c.yaml", r#"{openapi: 3.0.3, a: "\0number:5"}"#),
        ("c.yaml", r#"{openapi: 3.0.3, "\0number:5": 1}"#),
    ] {
        let error = Contract::parse(file, text).expect_err("an exact number");
        assert_eq!(error.message, "a text that begins with U+0000 and `number:` is not supported");
    }
    let text = r#"{"openapi": "3.0.3", "a": "\u0000 number:5"}"#;
    assert!(Contract::parse("c.json", text).is_ok());
}

#[test]
fn normalized_default_response_has_the_usual_spelling() {
    let text = r##"{"openapi": "3.0.3", "paths": {"/a": {"get": {"responses": {"default": {"content": {
        "Application/JSON; charset=utf-8": {"schema": {
            "allOf": [{"$ref": "#/components/schemas/A%20B"}],
            "default": {"allOf": [{"x": 1}]}
        }}
    }}}}}}}"##;
    let contract = Contract::parse("c.json", text).unwrap().normalized();
    let content = contract.get("/paths/~1a/get/responses/default/content").unwrap();
    let schema = &content["application/json"]["schema"];
    assert_eq!(schema["allOf"][0]["$ref"], "#/components/schemas/A B");
    assert_eq!(schema["default"], json!({ "allOf": [{ "x": 1 }] }));
}
