//! The fields of generated structs.

use std::collections::BTreeSet;

use crate::names::{field_name, free_name};
use crate::source::{comment_line, literal};

/// Returns a name for a field that is not in `taken`, and adds it.
pub fn unique_field_name(property: &str, taken: &mut BTreeSet<String>) -> String {
    let name = free_name(&field_name(property), |name| taken.contains(name));
    taken.insert(name.clone());
    name
}

/// The kinds of field: required or not, nullable or not, with or without a default.
pub enum FieldKind {
    /// The field is present and not `null`.
    Required,
    /// The field is present and may be `null`.
    Nullable,
    /// The field may be absent, but not `null`.
    Optional,
    /// The field of an update: absent, `null` or a value.
    Clearable,
    /// The field may be absent or `null`, which mean the same.
    NullByDefault,
    /// The field may be absent, and then has a default.
    Default {
        /// The default, as JSON.
        json: String,
        /// True if the field may also be `null`.
        nullable: bool,
    },
}

impl FieldKind {
    /// Returns the source of a field: its attributes, name and type. `property` is its name in the
    /// contract, `field` its name in Rust, `inner` its type without `null` and `owner` its struct.
    pub fn source(&self, property: &str, field: &str, inner: &str, owner: &str) -> String {
        let rename = match field.trim_start_matches("r#") == property {
            true => String::new(),
            false => format!("rename = {}, ", literal(property)),
        };
        match self {
            FieldKind::Required if rename.is_empty() => format!("pub {field}: {inner},\n"),
            FieldKind::Required => {
                format!("#[serde({})]\npub {field}: {inner},\n", rename.trim_end_matches(", "))
            }
            FieldKind::Nullable => format!(
                "#[serde({rename}deserialize_with = \"Option::deserialize\")]
                #[schemars(schema_with = \"agenthuman_server_runtime::patch::nullable::<{inner}>\")]
                pub {field}: Option<{inner}>,\n"
            ),
            FieldKind::Optional => format!(
                "#[serde({rename}default, deserialize_with = \"agenthuman_server_runtime::patch::present\", \
                 skip_serializing_if = \"Option::is_none\")]
                #[schemars(with = \"{inner}\")]
                pub {field}: Option<{inner}>,\n"
            ),
            FieldKind::Clearable => format!(
                "#[serde({rename}default, skip_serializing_if = \"Patch::is_absent\")]
                pub {field}: Patch<{inner}>,\n"
            ),
            FieldKind::NullByDefault => {
                format!("#[serde({rename}default)]\npub {field}: Option<{inner}>,\n")
            }
            FieldKind::Default { nullable, .. } => {
                let ty = if *nullable { format!("Option<{inner}>") } else { inner.to_owned() };
                let function = default_function_name(field);
                format!("#[serde({rename}default = \"{owner}::{function}\")]\npub {field}: {ty},\n")
            }
        }
    }

    /// Returns the source of a field that is a list in a parameter. `reader` is the module of the runtime
    /// that splits a list in one text. Dropshot rejects a list, so a string is emitted.
    pub fn list_source(
        &self,
        property: &str,
        field: &str,
        inner: &str,
        owner: &str,
        reader: Option<&str>,
    ) -> String {
        let mut attributes = vec![format!("rename = {}", literal(property))];
        let mut ty = inner.to_owned();
        let mut function = "list";
        match self {
            FieldKind::Default { .. } => {
                attributes.push(format!("default = \"{owner}::{}\"", default_function_name(field)));
            }
            FieldKind::Required => {}
            _ => {
                attributes.push("default".to_owned());
                attributes.push("skip_serializing_if = \"Option::is_none\"".to_owned());
                ty = format!("Option<{inner}>");
                function = "present";
            }
        }
        if let Some(reader) = reader {
            attributes.push(format!(
                "deserialize_with = \"agenthuman_server_runtime::list::{reader}::{function}\""
            ));
        }
        format!(
            "#[serde({})]\n#[schemars(with = \"String\")]\npub {field}: {ty},\n",
            attributes.join(", ")
        )
    }

    /// Returns the function that provides the field's default, if it has one.
    pub fn default_function(
        &self,
        property: &str,
        field: &str,
        inner: &str,
        owner: &str,
    ) -> String {
        let FieldKind::Default { json, nullable } = self else { return String::new() };
        let ty = if *nullable { format!("Option<{inner}>") } else { inner.to_owned() };
        let function = default_function_name(field);
        format!(
            "\nimpl {owner} {{
                /// Returns the default of `{}`.
                pub fn {function}() -> {ty} {{
                    agenthuman_server_runtime::schema::default({})
                }}
            }}\n",
            comment_line(&property.replace('\n', " ")),
            literal(json)
        )
    }
}

fn default_function_name(field: &str) -> String {
    format!("default_{}", field.trim_start_matches("r#"))
}
