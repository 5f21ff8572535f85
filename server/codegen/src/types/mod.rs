//! Rust types from the schemas of the contract.

mod composite;
mod scalar;

use std::collections::BTreeMap;

use serde_json::{Map, Value};

pub use composite::{Field, unique};

use super::names::{RESERVED, component_name, free, uses};
use agenthuman_contract::{Contract, ContractError, child, nullable};

/// Keywords that say nothing of a value: they become docs, or are for readers only.
pub const ANNOTATIONS: [&str; 6] =
    ["title", "description", "example", "externalDocs", "nullable", "default"];

const COMPONENTS: &str = "/components/schemas";

/// The types that have been needed so far.
pub struct Types<'a> {
    pub contract: &'a Contract,
    errors: &'a mut Vec<ContractError>,
    /// Which schema each name stands for. The components' names are taken from the beginning.
    names: BTreeMap<String, String>,
    /// The name of each schema that has a type of its own, and the type's source.
    definitions: BTreeMap<String, (String, String)>,
    /// The types whose source is being written: one that contains itself needs a `Box`.
    open: Vec<String>,
    /// The schemas that are being read, each inside of the one before.
    reading: Vec<String>,
}

/// How deep schemas may contain each other; each level is a few calls on the stack.
const MAX_DEPTH: usize = 500;

/// The type that the members of an `enum` have.
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

/// Whether a keyword states only what holds anyway: that asks for nothing.
fn says_nothing(key: &str, value: &Value) -> bool {
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

impl<'a> Types<'a> {
    pub fn new(contract: &'a Contract, errors: &'a mut Vec<ContractError>) -> Self {
        let mut names: BTreeMap<String, String> =
            RESERVED.iter().map(|name| ((*name).to_owned(), String::new())).collect();
        let components = contract.document()["components"]["schemas"].as_object();
        for component in components.into_iter().flat_map(Map::keys) {
            let pointer = child(COMPONENTS, component);
            if let Some(other) = names.insert(component_name(component), pointer.clone()) {
                let message = format!("the stub would call this as it does what is at `#{other}`");
                errors.push(contract.error(&pointer, message));
            }
        }
        Types {
            contract,
            errors,
            names,
            definitions: BTreeMap::new(),
            open: Vec::new(),
            reading: Vec::new(),
        }
    }

    /// The source of the module of types, in the order of the contract.
    pub fn finish(self) -> String {
        let mut definitions: Vec<_> = self.definitions.into_iter().collect();
        definitions.sort_by_key(|(pointer, _)| self.contract.span(pointer).start);
        let sources = definitions.into_iter().map(|(_, (_, source))| source);
        let body: String = sources.map(|source| source + "\n").collect();
        let others =
            uses(&body, &[("schemars", &["JsonSchema"]), ("serde", &["Deserialize", "Serialize"])]);
        let ours = uses(
            &body,
            &[
                ("agenthuman_server_runtime", &["constrained"]),
                (
                    "agenthuman_server_runtime::constraint",
                    &[
                        "ArrayConstraints",
                        "IntegerConstraints",
                        "NumberConstraints",
                        "StringConstraints",
                    ],
                ),
                ("agenthuman_server_runtime::patch", &["Patch"]),
                ("agenthuman_server_runtime::timestamp", &["Timestamp"]),
            ],
        );
        format!("//! The values that requests and responses carry.\n\n{others}\n{ours}\n{body}")
    }

    pub fn error(&mut self, pointer: &str, message: impl Into<String>) {
        self.errors.push(self.contract.error(pointer, message));
    }

    /// Follows references; what cannot be followed is an error.
    pub fn resolve(&mut self, pointer: &str) -> Option<(String, &'a Value)> {
        match self.contract.resolve(pointer) {
            // The value belongs to the contract, whatever the pointer was borrowed from.
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

    /// Reports what stands beside the `known` keywords.
    pub fn only(&mut self, pointer: &str, value: &Value, known: &[&str]) {
        for (key, value) in value.as_object().into_iter().flatten() {
            if !says_nothing(key, value) && !known.contains(&key.as_str()) && !key.starts_with("x-")
            {
                let message = format!("`{key}` is not supported here by the server's stub");
                self.error(&child(pointer, key), message);
            }
        }
    }

    /// The type of the schema at `pointer`, `Option` where it allows `null`; one that has no name
    /// of its own is called `name`.
    pub fn of(&mut self, pointer: &str, name: &str) -> Option<String> {
        let inner = self.inner(pointer, name)?;
        let optional = nullable(self.contract, pointer) && inner != "serde_json::Value";
        Some(if optional { format!("Option<{inner}>") } else { inner })
    }

    /// The type of the schema at `pointer`, without its `null`.
    fn inner(&mut self, pointer: &str, name: &str) -> Option<String> {
        if let Some((known, _)) = self.definitions.get(pointer) {
            return Some(known.clone());
        }
        if self.reading.iter().any(|outer| outer == pointer) {
            self.error(pointer, "this schema contains itself, with no object in between");
            return None;
        }
        if self.reading.len() == MAX_DEPTH {
            self.error(pointer, format!("schemas contain each other more than {MAX_DEPTH} deep"));
            return None;
        }
        self.reading.push(pointer.to_owned());
        let inner = self.unnamed(pointer, name);
        self.reading.pop();
        inner
    }

    /// The type of a schema that has not been defined yet.
    fn unnamed(&mut self, pointer: &str, name: &str) -> Option<String> {
        let Some(schema) = self.contract.get(pointer) else {
            self.error(pointer, "a schema is needed here");
            return None;
        };
        if schema.get("$ref").is_some() {
            let (target, _) = self.resolve(pointer)?;
            let component = target.strip_prefix(COMPONENTS).and_then(|name| name.strip_prefix('/'));
            // What is no component has no name of its own.
            let component = component.filter(|name| !name.contains('/')).map(component_name);
            return self.inner(&target, component.as_deref().unwrap_or(name));
        }
        if let Some(members) = schema["allOf"].as_array() {
            self.only(pointer, schema, &[&ANNOTATIONS[..], &["allOf"]].concat());
            if members.len() != 1 {
                self.error(&child(pointer, "allOf"), "`allOf` is supported with one member only");
                return None;
            }
            return self.inner(&format!("{pointer}/allOf/0"), name);
        }
        for keyword in ["oneOf", "anyOf"] {
            // Beside properties they are further members of the object.
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
                self.only(pointer, schema, &[&ANNOTATIONS[..], &["type"]].concat());
                Some("bool".to_owned())
            }
            Some(other) => {
                let message = format!("`{other}` is not a type of OpenAPI 3.0");
                self.error(&child(pointer, "type"), message);
                None
            }
            None => {
                self.only(pointer, schema, &ANNOTATIONS);
                Some("serde_json::Value".to_owned())
            }
        }
    }

    /// Defines the type of a schema; a schema that has one already keeps it.
    fn define(
        &mut self,
        pointer: &str,
        wanted: &str,
        source: impl FnOnce(&mut Self, &str) -> String,
    ) -> Option<String> {
        if let Some((name, _)) = self.definitions.get(pointer) {
            return Some(name.clone());
        }
        let name = self.claim(pointer, wanted);
        self.definitions.insert(pointer.to_owned(), (name.clone(), String::new()));
        self.open.push(name.clone());
        let source = source(self, &name);
        self.open.pop();
        self.definitions.insert(pointer.to_owned(), (name.clone(), source));
        Some(name)
    }

    /// A name for the type of what is at `pointer`: the wanted one, or the next that is free.
    pub fn claim(&mut self, pointer: &str, wanted: &str) -> String {
        let name = free(wanted, |name| self.names.get(name).is_some_and(|taken| taken != pointer));
        self.names.insert(name.clone(), pointer.to_owned());
        name
    }

    /// A type inside of another one: boxed where the two would contain each other without end.
    fn inside(&self, ty: String) -> String {
        if self.open.contains(&ty) { format!("Box<{ty}>") } else { ty }
    }
}
