//! Objects: structs and maps.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use serde_json::{Map, Value};

use super::field::{FieldKind, unique_field_name};
use super::generator::{ANNOTATIONS, TypeGenerator};
use crate::names::{field_name, free_name, type_name};
use crate::source::{doc_comment, documentation};
use agenthuman_contract::alternatives::{self, Within};
use agenthuman_contract::{child, nullable, required};

impl TypeGenerator<'_> {
    /// Returns the type of an object.
    pub(super) fn object(&mut self, pointer: &str, schema: &Value, name: &str) -> Option<String> {
        let known = ["type", "properties", "required", "additionalProperties", "oneOf", "anyOf"];
        self.reject_other_keywords(pointer, schema, &[&ANNOTATIONS[..], &known].concat());
        let additional = child(pointer, "additionalProperties");
        let empty = Map::new();
        let properties = schema["properties"].as_object().unwrap_or(&empty);
        let flattened =
            ["oneOf", "anyOf"].into_iter().find(|keyword| schema.get(keyword).is_some());
        if properties.is_empty() && flattened.is_none() {
            match &schema["additionalProperties"] {
                Value::Object(_) => {
                    let value = self.type_of(&additional, &format!("{name}Value"))?;
                    return Some(format!("std::collections::BTreeMap<String, {value}>"));
                }
                Value::Null | Value::Bool(true) => {
                    return Some("serde_json::Map<String, serde_json::Value>".to_owned());
                }
                _ => {}
            }
        }
        if schema["additionalProperties"].as_object().is_some_and(|schema| !schema.is_empty()) {
            let message = "this generator does not support `additionalProperties` with a schema beside `properties`";
            self.error(&additional, message);
        }
        self.define(pointer, name, |types, name| {
            let source = types.struct_source(pointer, schema, name, properties);
            match flattened {
                Some(keyword) => types.with_alternatives(pointer, schema, keyword, name, &source),
                None => source,
            }
        })
    }

    /// Adds a flattened field for the alternatives (`oneOf`, `anyOf`) of an object to its struct.
    fn with_alternatives(
        &mut self,
        pointer: &str,
        schema: &Value,
        keyword: &str,
        name: &str,
        source: &str,
    ) -> String {
        let location = child(pointer, keyword);
        if schema["additionalProperties"] == Value::Bool(false) {
            self.error(
                &location,
                format!("this generator does not support `{keyword}` beside `additionalProperties: false`"),
            );
        }
        if alternatives::contain_themselves(self.contract, &location, Within::AnyValue) {
            let message = format!(
                "this generator does not support an object that contains itself in its own `{keyword}`"
            );
            self.error(&location, message);
        }
        let count = schema[keyword].as_array().map_or(0, Vec::len);
        let ty = self.define(&location, &format!("{name}{}", type_name(keyword)), |types, name| {
            types.alternatives_enum(pointer, &Value::Null, keyword, name, count)
        });
        let field =
            free_name(&field_name(keyword), |name| source.contains(&format!("pub {name}: ")));
        let field = format!("#[serde(flatten)]\npub {field}: {},\n", ty.unwrap_or_default());
        // The first line that is only a brace ends the struct.
        source.replacen("\n}\n", &format!("\n{field}}}\n"), 1)
    }

    /// Returns the source of a struct.
    fn struct_source(
        &mut self,
        pointer: &str,
        schema: &Value,
        name: &str,
        properties: &Map<String, Value>,
    ) -> String {
        let mut text = documentation(schema);
        text += "#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]\n";
        if schema["additionalProperties"] == Value::Bool(false) {
            text += "#[serde(deny_unknown_fields)]\n";
        }
        let _ = writeln!(text, "pub struct {name} {{");
        let names = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
        for missing in names.filter(|name| !properties.contains_key(*name)) {
            let message = format!("undefined property `{missing}` in `required`");
            self.error(&child(pointer, "required"), message);
        }
        let mut defaults = String::new();
        let mut taken = BTreeSet::new();
        for (property, value) in properties {
            let location = child(&child(pointer, "properties"), property);
            let Some(inner) =
                self.type_without_null(&location, &format!("{name}{}", type_name(property)))
            else {
                continue;
            };
            let inner = self.boxed_if_recursive(inner);
            let is_required =
                required(self.contract, pointer, property) && !self.is_one_way(pointer, &location);
            let may_be_null = nullable(self.contract, &location);
            let field = match value.get("default") {
                // A default of a required property is never used.
                Some(default) if !is_required => {
                    let default = self.default_kind(&location, default, may_be_null);
                    let Some(default) = default else { continue };
                    default
                }
                _ if !is_required && may_be_null => FieldKind::Clearable,
                _ if !is_required => FieldKind::Optional,
                _ if may_be_null => FieldKind::Nullable,
                _ => FieldKind::Required,
            };
            text += &documentation(value);
            if let (FieldKind::Required | FieldKind::Nullable, Some(default)) =
                (&field, value.get("default"))
            {
                text += &doc_comment(&format!(
                    "\n\nThe default `{default}` has no effect: the field is required."
                ));
            }
            let field_name = unique_field_name(property, &mut taken);
            text += &field.source(property, &field_name, &inner, name);
            defaults += &field.default_function(property, &field_name, &inner, name);
        }
        text + "}\n" + &defaults
    }

    /// Returns true if the property is missing in one of the directions in which its object is sent: if it
    /// is read-only and the object is in a request, or write-only and the object is in a response.
    fn is_one_way(&self, object: &str, property: &str) -> bool {
        let target = self.contract.resolve(property).map(|(_, schema)| schema);
        let own = self.contract.get(property);
        let is = |keyword: &str| {
            let schemas = own.into_iter().chain(target.iter().copied());
            schemas.into_iter().any(|schema| schema[keyword] == Value::Bool(true))
        };
        is("readOnly") && self.directions.requests.contains(object)
            || is("writeOnly") && self.directions.responses.contains(object)
    }

    /// Returns the kind of a field with a default, which must be a value of the property.
    pub fn default_kind(
        &mut self,
        location: &str,
        default: &Value,
        may_be_null: bool,
    ) -> Option<FieldKind> {
        let here = child(location, "default");
        if default.is_null() && may_be_null {
            return Some(FieldKind::NullByDefault);
        }
        let (mut pointer, mut schema) = self.resolve(location)?;
        let mut seen = BTreeSet::new();
        while schema["allOf"].as_array().is_some_and(|members| members.len() == 1)
            && seen.insert(pointer.clone())
        {
            (pointer, schema) = self.resolve(&format!("{pointer}/allOf/0"))?;
        }
        let documented = ["oneOf", "anyOf"].map(|keyword| schema[keyword].as_array());
        let mut documented = documented.into_iter().flatten().flatten();
        let fits = match schema["type"].as_str() {
            Some("string") => default.is_string(),
            Some("boolean") => default.is_boolean(),
            Some("integer") => default.is_i64() || default.is_u64(),
            Some("number") => default.is_number(),
            Some("array") => default.is_array(),
            Some("object") => default.is_object(),
            // An enum with descriptions has its names in the alternatives. Other alternatives are
            // accepted here; `lint` validates defaults.
            _ => documented.any(|alternative| match alternative["enum"].as_array() {
                Some(names) => names.contains(default),
                None => true,
            }),
        };
        let listed = schema["enum"].as_array().is_none_or(|members| members.contains(default));
        let above = schema["minimum"].as_f64().is_none_or(|bound| default.as_f64() >= Some(bound));
        let below = schema["maximum"].as_f64().is_none_or(|bound| default.as_f64() <= Some(bound));
        if fits && listed && above && below {
            Some(FieldKind::Default { json: default.to_string(), nullable: may_be_null })
        } else {
            self.error(&here, "a default that is not a value of its schema");
            None
        }
    }
}
