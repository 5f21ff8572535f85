//! Pieces that the generated `JsonSchema` implementations share.

use schemars::JsonSchema;
use schemars::r#gen::SchemaGenerator;
use schemars::schema::{Schema, SchemaObject, SubschemaValidation};

/// The lines of a doc comment as one description.
pub fn description(lines: &[&str]) -> Option<String> {
    let text = lines.iter().map(|line| line.trim_start_matches(' ')).collect::<Vec<_>>().join("\n");
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// The schema of a value that is exactly one of several types, told apart by their form.
///
/// schemars says `anyOf` for an untagged enum; the contract says `oneOf`, which is stricter.
pub fn one_of(alternatives: Vec<Schema>, lines: &[&str]) -> Schema {
    let mut schema = SchemaObject {
        subschemas: Some(Box::new(SubschemaValidation {
            one_of: Some(alternatives),
            ..SubschemaValidation::default()
        })),
        ..SchemaObject::default()
    };
    schema.metadata().description = description(lines);
    schema.into()
}

/// The schema of `T`, by reference where it has a name.
pub fn of<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    generator.subschema_for::<T>()
}
