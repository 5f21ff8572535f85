//! Rust types for the schemas of the contract.

mod alternatives;
mod directions;
mod field;
mod generator;
mod object;
mod scalar;

use serde_json::Value;

use crate::imports::{self, use_lines};
use agenthuman_contract::{child, nullable};
use generator::ANNOTATIONS;

pub use field::{FieldKind, unique_field_name};
pub use generator::TypeGenerator;

/// The largest depth of nested schemas. Each level takes several calls on the stack.
const MAX_DEPTH: usize = 500;

/// Returns the type of the members of an `enum`, if they have the same.
fn type_of_members(schema: &Value) -> Option<&'static str> {
    let members = schema["enum"].as_array()?;
    let all = |kind: fn(&Value) -> bool| members.iter().all(|one| one.is_null() || kind(one));
    if members.iter().all(Value::is_null) {
        None
    } else if all(Value::is_string) {
        Some("string")
    } else {
        all(|member| member.is_i64() || member.is_u64()).then_some("integer")
    }
}

impl TypeGenerator<'_> {
    /// Returns the source of the module of types, in the order of the contract.
    pub fn finish(self) -> String {
        let mut definitions: Vec<_> = self.definitions.into_iter().collect();
        definitions.sort_by_key(|(pointer, _)| self.contract.span(pointer).start);
        let sources = definitions.into_iter().map(|(_, (_, source))| source);
        let body: String = sources.map(|source| source + "\n").collect();
        let (foreign, runtime) = imports::TYPES;
        let (foreign_uses, runtime_uses) = (use_lines(&body, foreign), use_lines(&body, runtime));
        format!(
            "//! Types of the values in requests and responses.\n\n{foreign_uses}\n{runtime_uses}\n{body}"
        )
    }

    /// Returns the type of the schema at `pointer`: an `Option` if it allows `null`. `name` is the name
    /// of a new type, unless the schema has a name in the contract.
    pub fn type_of(&mut self, pointer: &str, name: &str) -> Option<String> {
        let inner = self.type_without_null(pointer, name)?;
        let optional = nullable(self.contract, pointer) && inner != "serde_json::Value";
        Some(if optional { format!("Option<{inner}>") } else { inner })
    }

    /// Returns the type of the schema at `pointer`, as if it did not allow `null`.
    pub(super) fn type_without_null(&mut self, pointer: &str, name: &str) -> Option<String> {
        if let Some((known, _)) = self.definitions.get(pointer) {
            return Some(known.clone());
        }
        if self.being_read.iter().any(|outer| outer == pointer) {
            self.error(
                pointer,
                "this generator does not support a schema that contains itself without an object in between",
            );
            return None;
        }
        if self.being_read.len() == MAX_DEPTH {
            self.error(
                pointer,
                format!(
                    "this generator does not support schemas nested more than {MAX_DEPTH} deep"
                ),
            );
            return None;
        }
        self.being_read.push(pointer.to_owned());
        let inner = self.generate_type(pointer, name);
        self.being_read.pop();
        inner
    }

    /// Generates the type of a schema that has none yet.
    fn generate_type(&mut self, pointer: &str, name: &str) -> Option<String> {
        let Some(schema) = self.contract.get(pointer) else {
            self.error(pointer, "missing schema");
            return None;
        };
        if schema.get("$ref").is_some() {
            let (target, _) = self.resolve(pointer)?;
            // Only a component has a name in the contract.
            let component = self.components.get(&target).cloned();
            return self.type_without_null(&target, component.as_deref().unwrap_or(name));
        }
        if let Some(members) = schema["allOf"].as_array() {
            self.reject_other_keywords(pointer, schema, &[&ANNOTATIONS[..], &["allOf"]].concat());
            if members.len() != 1 {
                self.error(
                    &child(pointer, "allOf"),
                    "this generator does not support an `allOf` whose members contradict each other, \
                     contain themselves or describe the same property",
                );
                return None;
            }
            return self.type_without_null(&format!("{pointer}/allOf/0"), name);
        }
        for keyword in ["oneOf", "anyOf"] {
            // Beside `properties` they are fields of the object.
            if schema.get(keyword).is_some() && schema["type"] != "object" {
                return self.alternatives(pointer, schema, keyword, name);
            }
        }
        match schema["type"].as_str().or_else(|| type_of_members(schema)) {
            Some("object") => self.object(pointer, schema, name),
            Some("array") => self.array(pointer, schema, name),
            Some("string") => self.string(pointer, schema, name),
            Some("integer") => self.integer(pointer, schema, name),
            Some("number") => self.number(pointer, schema, name),
            Some("boolean") => {
                self.reject_other_keywords(
                    pointer,
                    schema,
                    &[&ANNOTATIONS[..], &["type"]].concat(),
                );
                Some("bool".to_owned())
            }
            Some(other) => {
                let message = format!("invalid type `{other}`: OpenAPI 3.0 does not define it");
                self.error(&child(pointer, "type"), message);
                None
            }
            None => {
                self.reject_other_keywords(pointer, schema, &ANNOTATIONS);
                Some("serde_json::Value".to_owned())
            }
        }
    }
}
