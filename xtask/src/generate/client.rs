//! The client's source, as `build.rs` makes it: the same generator, and so the same bytes. They are
//! checked in for those who do not want to run it, and for those who review what a change does.

#[path = "../../../client/build/mod.rs"]
mod build;

use std::error::Error;
use std::path::PathBuf;

use super::GeneratedFile;
use crate::reader::{Contract, ContractError};

/// Where the file is, relative to the repository.
const FILE: &str = "client/src/generated.rs";

/// The client's source, or why there is none.
pub fn file(contract: &Contract) -> Result<GeneratedFile, ContractError> {
    let place = |error: Box<dyn Error>| match error.downcast::<ContractError>() {
        Ok(error) => *error,
        Err(error) => contract.error("", error.to_string()),
    };
    let text = build::client(contract).map_err(place)?;
    Ok(GeneratedFile { path: PathBuf::from(FILE), text })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test stops where it fails")]
mod tests {
    use super::*;

    fn text() -> String {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../openapi/links.yaml");
        std::fs::read_to_string(file).unwrap()
    }

    fn contract(text: &str) -> Contract {
        Contract::parse("openapi/links.yaml", text).unwrap()
    }

    /// Nobody edits `client/src` for a new field.
    #[test]
    fn a_new_field_brings_its_verbs_and_its_flags() {
        let root = crate::root();
        let text = std::fs::read_to_string(root.join("openapi/links.yaml")).unwrap();
        let before = "      properties:\n        name:\n";
        let field = "      properties:\n        nickname:\n          type: string\n          nullable: true\n          description: What its friends call it.\n        name:\n";
        let edited = text.replacen(before, field, 1);
        assert_ne!(edited, text);
        let source = |text: &str| file(&contract(text)).unwrap().text;
        let (old, new) = (source(&text), source(&edited));
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
        assert_eq!(file(&wrapped).unwrap().text, file(&plain).unwrap().text);
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
            let file = file(&contract(&text));
            match (file, means) {
                (Ok(_), None) => {}
                (Err(error), Some(means)) => {
                    let error = error.to_string();
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
            let file = file(&contract(&edited));
            match (file, expected) {
                (Ok(file), Ok(written)) => {
                    assert!(file.text.contains(written), "{field}: {}", file.text)
                }
                (Err(error), Err(said)) => {
                    let error = error.to_string();
                    assert!(error.starts_with(&format!("openapi/links.yaml:{line}:")), "{error}");
                    assert!(error.contains(said), "{error}");
                }
                (file, _) => panic!("{field}: {file:?}"),
            }
        }
        for (operation, taken) in [("new", "`new`"), ("link", "`Link`"), ("client", "`Client`")] {
            let edited =
                text.replace("operationId: update_link", &format!("operationId: {operation}"));
            let error = file(&contract(&edited)).unwrap_err();
            assert!(error.to_string().contains(taken), "{error}");
        }
    }
}
