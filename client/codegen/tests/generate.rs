//! The client of the real contract, and of edits to it.
#![allow(clippy::unwrap_used, reason = "a test stops where it fails")]

use std::path::Path;

use agenthuman_client_codegen::generate;
use agenthuman_contract::Contract;

/// The client's source, or the first error.
fn source(contract: &Contract) -> Result<String, String> {
    generate(contract, contract.file()).map_err(|errors| errors[0].to_string())
}

fn text() -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../openapi/links.yaml");
    std::fs::read_to_string(file).unwrap()
}

fn contract(text: &str) -> Contract {
    Contract::parse("openapi/links.yaml", text).unwrap()
}

/// Nobody edits `client/src` for a new field.
#[test]
fn a_new_field_brings_its_verbs_and_its_flags() {
    let text = text();
    let before = "      properties:\n        name:\n";
    let field = "      properties:\n        nickname:\n          type: string\n          nullable: true\n          description: What its friends call it.\n        name:\n";
    let edited = text.replacen(before, field, 1);
    assert_ne!(edited, text);
    let [old, new] = [&text, &edited].map(|text| source(&contract(text)).unwrap());
    for verb in ["pub fn nickname(", "pub fn clear_nickname(", "name: \"nickname\","] {
        assert!(new.contains(verb) && !old.contains(verb), "{verb}");
    }
}

/// An `allOf` of one is the schema that it has, for the three states too.
#[test]
fn an_all_of_one_is_its_schema() {
    let text = text();
    let plain = contract(&text);
    let mut wrapped = plain.document().clone();
    let body = "/components/schemas/UpdateLinkRequest";
    for pointer in [format!("{body}/properties/name"), body.to_owned()] {
        let schema = wrapped.pointer_mut(&pointer).unwrap();
        *schema = serde_json::json!({ "allOf": [schema.take()] });
    }
    let wrapped = contract(&wrapped.to_string());
    assert_eq!(source(&wrapped).unwrap(), source(&plain).unwrap());
}

/// The client's engine must not take a pattern for something else than the contract means.
#[test]
fn a_pattern_that_the_client_would_misread_is_an_error_at_its_place() {
    let text = text();
    let pattern = "^lnk_[0-9A-Za-z_-]{1,128}$";
    let line = 1 + text[..text.find(pattern).unwrap()].matches('\n').count();
    for (other, means) in [
        ("'^lnk_\\d{1,128}$'", None),
        ("'^lnk_[\\]\\[.^-]+$'", None),
        ("'^lnk_.*$'", Some("`.`")),
        ("'^lnk_\\S+$'", Some("`\\S`")),
        ("'^lnk_[^]+$'", Some("`[^]`")),
        ("'^lnk_[a-z&&b]+$'", Some("`a letter twice in a class`")),
        ("'^lnk_[[a]+$'", Some("`[ in a class`")),
        ("'^(?=lnk_)'", Some("look-around")),
    ] {
        let text = text.replace(pattern, other);
        let file = source(&contract(&text));
        match (file, means) {
            (Ok(_), None) => {}
            (Err(error), Some(means)) => {
                assert!(error.starts_with(&format!("openapi/links.yaml:{line}:")), "{error}");
                assert!(error.contains(means), "{error}");
            }
            (file, _) => panic!("{other}: {file:?}"),
        }
    }
}

/// What the client cannot say is one error at its place; what it can, it says.
#[test]
fn names_and_kinds_of_fields() {
    let text = text();
    let before = "      properties:\n        name:\n";
    let line = 2 + text[..text.find(before).unwrap()].matches('\n').count();
    for (field, expected) in [
        ("type: {type: string, nullable: true}", Ok("pub fn clear_type(")),
        ("x-y: {type: string, nullable: true}", Ok("pub x_y: crate::Patch<")),
        ("e: {type: string, nullable: true, enum: [a, null]}", Ok("pub fn clear_e(")),
        ("u: {type: string, nullable: true, format: uuid}", Ok("pub u: crate::Patch<")),
        ("o: {type: object, properties: {a: {type: string}}}", Ok("cli::from_json::<")),
        ("n: {type: integer, minimum: 0, exclusiveMinimum: true}", Ok("1i64..=")),
        ("unknown_fields: {type: string}", Ok("pub fn unknown_fields(")),
        ("send: {type: string}", Err("two methods called `send`")),
        ("checked: {type: string}", Err("two methods called `checked`")),
        ("d: {type: boolean, default: true}", Err("have no default")),
    ] {
        let edited = text.replacen(
            before,
            &format!("      properties:\n        {field}\n        name:\n"),
            1,
        );
        let file = source(&contract(&edited));
        match (file, expected) {
            (Ok(file), Ok(written)) => {
                assert!(file.contains(written), "{field}: {file}")
            }
            (Err(error), Err(said)) => {
                assert!(error.starts_with(&format!("openapi/links.yaml:{line}:")), "{error}");
                assert!(error.contains(said), "{error}");
            }
            (file, _) => panic!("{field}: {file:?}"),
        }
    }
    for (operation, taken) in [("new", "`new`"), ("link", "`Link`"), ("client", "`Client`")] {
        let edited = text.replace("operationId: update_link", &format!("operationId: {operation}"));
        let error = source(&contract(&edited)).unwrap_err();
        assert!(error.contains(taken), "{error}");
    }
}
