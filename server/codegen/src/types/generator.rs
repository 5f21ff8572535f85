//! The state that is shared while the module of types is generated.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::directions::Directions;
use crate::imports::reserved_names;
use crate::names::{component_names, free_name};
use agenthuman_contract::{Contract, ContractError, child};

/// Keywords that do not constrain a value, or that other parts of the generator read.
pub(super) const ANNOTATIONS: [&str; 11] = [
    "title",
    "description",
    "example",
    "externalDocs",
    "nullable",
    "default",
    "deprecated",
    "discriminator",
    "readOnly",
    "writeOnly",
    "xml",
];

/// Generates a Rust type for each schema that is used.
pub struct TypeGenerator<'a> {
    /// The contract that the types are generated from.
    pub contract: &'a Contract,
    errors: &'a mut Vec<ContractError>,
    /// The location of the schema that each type name belongs to. The names of components are
    /// reserved from the start.
    names: BTreeMap<String, String>,
    /// The type name of each component, by its location.
    pub(super) components: BTreeMap<String, String>,
    /// The directions in which schemas are sent.
    pub(super) directions: Directions,
    /// The name and the source of the type of each schema, by the schema's location.
    pub(super) definitions: BTreeMap<String, (String, String)>,
    /// The types whose source is being generated. A type that contains one of them needs a `Box`.
    being_defined: Vec<String>,
    /// The locations of the schemas that are being read, from the outermost to the innermost.
    pub(super) being_read: Vec<String>,
}

/// Returns true if a keyword with this value is the same as no keyword.
pub(super) fn has_no_effect(key: &str, value: &Value) -> bool {
    match key {
        "nullable" | "deprecated" | "readOnly" | "writeOnly" | "uniqueItems"
        | "exclusiveMinimum" | "exclusiveMaximum" | "allowReserved" | "allowEmptyValue" => {
            *value == Value::Bool(false)
        }
        "minLength" | "minItems" | "minProperties" => value.as_f64() == Some(0.0),
        "callbacks" | "links" | "encoding" | "examples" => {
            value.as_object().is_some_and(Map::is_empty)
        }
        "required" | "servers" | "tags" => value.as_array().is_some_and(Vec::is_empty),
        "additionalProperties" => {
            *value == Value::Bool(true) || value.as_object().is_some_and(Map::is_empty)
        }
        _ => false,
    }
}

impl<'a> TypeGenerator<'a> {
    /// Returns a generator without any types. Errors are added to `errors`.
    pub fn new(contract: &'a Contract, errors: &'a mut Vec<ContractError>) -> Self {
        let mut names: BTreeMap<String, String> =
            reserved_names().map(|name| (name.to_owned(), String::new())).collect();
        let components = component_names(contract);
        names.extend(components.iter().map(|(pointer, name)| (name.clone(), pointer.clone())));
        TypeGenerator {
            contract,
            errors,
            names,
            components,
            directions: Directions::of(contract),
            definitions: BTreeMap::new(),
            being_defined: Vec::new(),
            being_read: Vec::new(),
        }
    }

    /// Returns the location of the schema that each type name belongs to; empty for reserved names.
    pub fn names(&self) -> &BTreeMap<String, String> {
        &self.names
    }

    /// Adds an error at a location in the contract.
    pub fn error(&mut self, pointer: &str, message: impl Into<String>) {
        self.errors.push(self.contract.error(pointer, message));
    }

    /// Follows references. A reference that cannot be resolved is an error.
    pub fn resolve(&mut self, pointer: &str) -> Option<(String, &'a Value)> {
        match self.contract.resolve(pointer) {
            // Look the value up again: its lifetime must be the contract's.
            Ok((pointer, _)) => {
                let pointer = pointer.into_owned();
                let value = self.contract.get(&pointer)?;
                Some((pointer, value))
            }
            Err(error) => {
                self.errors.push(error);
                None
            }
        }
    }

    /// Reports every keyword that is not one of `supported`.
    pub fn reject_other_keywords(&mut self, pointer: &str, value: &Value, supported: &[&str]) {
        for (key, value) in value.as_object().into_iter().flatten() {
            if !has_no_effect(key, value)
                && !supported.contains(&key.as_str())
                && !key.starts_with("x-")
            {
                let message = format!("this generator does not support `{key}` here");
                self.error(&child(pointer, key), message);
            }
        }
    }

    /// Defines the type of a schema, unless it has one, and returns the name.
    pub(super) fn define(
        &mut self,
        pointer: &str,
        wanted: &str,
        source: impl FnOnce(&mut Self, &str) -> String,
    ) -> Option<String> {
        if let Some((name, _)) = self.definitions.get(pointer) {
            return Some(name.clone());
        }
        let name = self.claim_name(pointer, wanted);
        self.definitions.insert(pointer.to_owned(), (name.clone(), String::new()));
        self.being_defined.push(name.clone());
        let source = source(self, &name);
        self.being_defined.pop();
        self.definitions.insert(pointer.to_owned(), (name.clone(), source));
        Some(name)
    }

    /// Reserves a name for the type at `pointer`: `wanted`, or `wanted` with a number.
    pub fn claim_name(&mut self, pointer: &str, wanted: &str) -> String {
        let name =
            free_name(wanted, |name| self.names.get(name).is_some_and(|taken| taken != pointer));
        self.names.insert(name.clone(), pointer.to_owned());
        name
    }

    /// Returns a type for a field: in a `Box` if the type contains itself.
    pub(super) fn boxed_if_recursive(&self, ty: String) -> String {
        if self.being_defined.contains(&ty) { format!("Box<{ty}>") } else { ty }
    }
}
