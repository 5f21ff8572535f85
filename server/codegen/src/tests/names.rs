//! Names of the contract in Rust.

use std::path::Path;

use agenthuman_contract::Contract;

use super::{generated, types};

#[test]
fn names_that_are_no_identifiers_are_renamed() {
    let types = types(
        "{type: object, required: [type, camelCase, 1st], properties: {type: {type: boolean}, \
         camelCase: {type: boolean}, 1st: {type: string, enum: [a-b, '2']}}}",
    );
    for line in
        ["pub r#type: bool,", "rename = \"camelCase\"", "pub camel_case: bool,", "AB,", "_2,"]
    {
        assert!(types.contains(line), "{line} in {types}");
    }
}

/// The keywords of the editions 2015 to 2024, with those that are reserved for the future.
const KEYWORDS: &str = "abstract as async await become box break const continue crate do dyn else enum \
    extern false final fn for gen if impl in let loop macro match mod move mut override priv pub ref \
    return self Self static struct super trait true try type typeof unsafe unsized use virtual where \
    while yield _";

#[test]
fn keywords_are_escaped_and_keep_their_names_on_the_wire() {
    let ok = |word: &str| {
        format!(
            "{{description: d, content: {{application/json: {{schema: {{$ref: '#/components/schemas/{word}'}}}}}}}}"
        )
    };
    let error =
        "{description: e, content: {application/json: {schema: {type: object}, example: {}}}}";
    let mut text = "openapi: 3.0.3\ninfo: {title: gen, version: 1.0.0}\npaths:\n".to_owned();
    // Operations and schemas cannot be called `self` and `Self` at the same time; properties can.
    let words = || KEYWORDS.split_whitespace().filter(|word| *word != "Self");
    for word in words() {
        let parameter = |part| format!("{{name: '{word}', in: {part}, schema: {{type: string}}}}");
        text += &format!(
            "  /x-{word}/{{id}}:
    get:
      operationId: '{word}'
      parameters:
        - {{name: id, in: path, required: true, schema: {{type: string}}}}
        - {}
        - {}
      responses: {{'200': {}, '500': {error}}}
",
            parameter("query"),
            parameter("header"),
            ok(word)
        );
    }
    text += "components:\n  schemas:\n";
    let properties =
        KEYWORDS.split_whitespace().map(|word| format!("'{word}': {{type: boolean}}, "));
    let properties: String = properties.collect();
    for word in words() {
        text += &format!("    '{word}': {{type: object, properties: {{{properties}}}}}\n");
    }
    let files = generated(&Contract::parse("test.yaml", &text).unwrap()).unwrap();
    let types = &files[Path::new("src/types.rs")];
    for line in ["pub r#gen: Option<bool>,", "pub r#async:", "pub self_:", "pub struct Self_ {"] {
        assert!(types.contains(line), "{line} in {types}");
    }
    for word in ["self", "Self", "super", "crate", "_"] {
        assert!(types.contains(&format!("rename = \"{word}\",")), "{word} in {types}");
    }
}

#[test]
fn enum_values_with_one_identifier_get_stable_names() {
    let variants = |values: &str| {
        let types = types(&format!("{{type: string, enum: [{values}]}}"));
        let lines: Vec<_> = types.lines().map(|line| line.trim().to_owned()).collect();
        let start = lines.iter().position(|line| line.starts_with("pub enum")).unwrap();
        let end = lines.iter().skip(start).position(|line| line == "}").unwrap();
        lines[start + 1..start + end].to_vec()
    };
    let before = variants("expired, Expired, EXPIRED, '+', '-'");
    assert_eq!(
        before[..4],
        [
            "#[serde(rename = \"expired\")]",
            "Expired,",
            "#[serde(rename = \"Expired\")]",
            "Expired2,",
        ]
    );
    assert_eq!(before.len(), 10);
    let after = variants("expired, Expired, EXPIRED, '+', '-', expired2, eXpired");
    assert_eq!(after[..10], before[..]);
    assert_eq!(after.len(), 14);
}
