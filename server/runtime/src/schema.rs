//! Functions that the generated `JsonSchema` implementations share.

use schemars::JsonSchema;
use schemars::r#gen::SchemaGenerator;
use schemars::schema::{Schema, SchemaObject, SubschemaValidation};
use serde::de::DeserializeOwned;

/// Joins the lines of a doc comment to one description; `None` if there is no text.
pub fn description(lines: &[&str]) -> Option<String> {
    let text = lines.iter().map(|line| line.trim_start_matches(' ')).collect::<Vec<_>>().join("\n");
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// Returns the schema of a value that matches exactly one of several types (`oneOf`).
///
/// schemars itself emits the weaker `anyOf` for an untagged enum.
pub fn one_of(alternatives: Vec<Schema>, lines: &[&str]) -> Schema {
    let one_of = Some(alternatives);
    described(SubschemaValidation { one_of, ..SubschemaValidation::default() }, lines)
}

/// Returns the schema of a value that matches at least one of several types (`anyOf`).
pub fn any_of(alternatives: Vec<Schema>, lines: &[&str]) -> Schema {
    let any_of = Some(alternatives);
    described(SubschemaValidation { any_of, ..SubschemaValidation::default() }, lines)
}

fn described(subschemas: SubschemaValidation, lines: &[&str]) -> Schema {
    let mut schema =
        SchemaObject { subschemas: Some(Box::new(subschemas)), ..SchemaObject::default() };
    schema.metadata().description = description(lines);
    schema.into()
}

/// Returns the default of a field, given as JSON.
///
/// # Panics
///
/// Panics if the JSON is not a value of `T`. The generator rejects a default that does not match its
/// schema, and the emission of the document, which `cargo xtask check` reads, evaluates each default.
#[expect(clippy::expect_used, reason = "the generator compares each default with its schema")]
pub fn default<T: DeserializeOwned>(json: &str) -> T {
    serde_json::from_str(json).expect("the default of a property must be a value of its type")
}

/// Returns the schema of `T`, as a reference if it has a name.
pub fn of<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    generator.subschema_for::<T>()
}
