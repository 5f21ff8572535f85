//! The values, examples and columns of the commands of an edited contract.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::Path;

use agenthuman_client_codegen::generate;
use agenthuman_contract::Contract;

/// Returns the commands that are generated from the real contract with one text replaced.
fn commands(from: &str, to: &str) -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../openapi/links.yaml");
    let text = std::fs::read_to_string(file).unwrap();
    let edited = text.replacen(from, to, 1);
    assert_ne!(edited, text, "{from}");
    let contract = Contract::parse("openapi/links.yaml", &edited).unwrap();
    let source = generate(&contract, contract.file()).map_err(|errors| errors[0].to_string());
    source.unwrap().split_once("const COMMANDS").unwrap().1.to_owned()
}

/// Returns the part of the commands about the field `extra` of an update.
fn field(schema: &str) -> String {
    let before = "      properties:\n        name:\n";
    let extra = format!("      properties:\n        extra: {schema}\n        name:\n");
    let commands = commands(before, &extra);
    let start = commands.find("name: \"extra\",").unwrap();
    let field = &commands[start..];
    field[..field.find("},\n            },").unwrap()].to_owned()
}

#[test]
fn field_has_the_bounds_pattern_and_example_of_its_schema() {
    for (schema, expected) in [
        (
            "{type: integer, minimum: 2, maximum: 8}",
            &["::Integer", "minimum: 2i64", "maximum: 8i64"][..],
        ),
        ("{type: string, pattern: '^a+$'}", &["pattern: \"^a+$\"", "pattern_in_words: \"\""]),
        (
            "{type: string, pattern: '^a+$', x-cli-pattern: several a}",
            &["pattern_in_words: \"several a\""],
        ),
        // The client does not check this pattern, so the command line does not either.
        ("{type: string, pattern: '^a.$'}", &["pattern: \"\""]),
        ("{type: string, enum: [a, b]}", &["values: &[\"a\", \"b\"]", "example: \"a\""]),
        ("{type: string, example: x y}", &["::Text", "example: \"x y\""]),
        ("{type: boolean, example: true}", &["::Plain", "example: \"true\""]),
        (
            "{allOf: [{$ref: '#/components/schemas/LinkId'}]}",
            &["example: \"lnk_", "pattern_in_words: \"`lnk_`"],
        ),
        ("{type: object, properties: {a: {type: string}}}", &["::Json", "example: \"\""]),
    ] {
        let field = field(schema);
        for text in expected {
            assert!(field.contains(text), "{schema}: {text}: {field}");
        }
    }
}

#[test]
fn time_has_a_flag_for_a_duration() {
    let time = field("{type: string, format: date-time, nullable: true}");
    let later = "crate::cli::command::Later {\n                    name: \"extra_in\",\n                    flag: \"extra-in\",";
    assert!(time.contains(later), "{time}");
    assert!(field("{type: string}").contains("later: None"));
}

#[test]
fn columns_are_the_properties_in_their_order_after_those_of_the_extension() {
    let all =
        "columns: &[\n            \"link_id\",\n            \"status\",\n            \"name\",";
    let commands = commands("        - status\n        - name\n", "        - name\n");
    assert!(
        commands.contains("\"link_id\",\n            \"name\",\n            \"uses\","),
        "{commands}"
    );
    assert!(!commands.contains(all), "{commands}");
}
