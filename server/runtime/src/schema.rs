//! Pieces that the generated `JsonSchema` implementations share.

use schemars::JsonSchema;
use schemars::r#gen::SchemaGenerator;
use schemars::schema::{Schema, SchemaObject, SubschemaValidation};
use serde::de::DeserializeOwned;

/// The lines of a doc comment as one description.
pub fn description(lines: &[&str]) -> Option<String> {
    let text = lines.iter().map(|line| line.trim_start_matches(' ')).collect::<Vec<_>>().join("\n");
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// The schema of a value that is exactly one of several types, told apart by their form.
///
/// schemars says `anyOf` for an untagged enum; `oneOf` is stricter.
pub fn one_of(alternatives: Vec<Schema>, lines: &[&str]) -> Schema {
    let one_of = Some(alternatives);
    described(SubschemaValidation { one_of, ..SubschemaValidation::default() }, lines)
}

/// The schema of a value that is one or more of several types.
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

/// The default of a field, from the contract's JSON.
///
/// # Panics
///
/// Where the JSON is not a value of `T`. The generator has compared the two, and the emission of
/// the document, which every test of it makes, calls this for each default.
#[expect(clippy::expect_used, reason = "see above")]
pub fn default<T: DeserializeOwned>(json: &str) -> T {
    serde_json::from_str(json).expect("a default of the contract is a value of its property")
}

/// The schema of `T`, by reference where it has a name.
pub fn of<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    generator.subschema_for::<T>()
}
