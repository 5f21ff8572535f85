//! The copy of the contract that progenitor gets to see.

use std::collections::{BTreeMap, BTreeSet};

use heck::ToUpperCamelCase;
use serde_json::{Map, Value, json};

use agenthuman_contract::{Contract, ContractError, child, clearable};

/// What progenitor is run on.
pub struct Prepared {
    /// The contract with each clearable property pointing to a component of its own.
    pub document: Value,
    /// The Rust type that stands for each of those components.
    pub replacements: BTreeMap<String, String>,
    /// The structs that requests are made of, each with the pointer of its schema.
    pub objects: BTreeMap<String, String>,
}

/// Gives each clearable property of a request the type `Patch<T>`.
pub fn prepare(contract: &Contract) -> Result<Prepared, ContractError> {
    let mut prepared = Prepared {
        document: contract.document().clone(),
        replacements: BTreeMap::new(),
        objects: BTreeMap::new(),
    };
    for pointer in request_objects(contract)? {
        let properties = contract.get(&pointer).and_then(|object| object["properties"].as_object());
        let Some(properties) = properties else { continue };
        let owner = pointer.rsplit('/').next().unwrap_or_default().to_upper_camel_case();
        for name in properties.keys().filter(|name| clearable(contract, &pointer, name)) {
            prepared.hoist(&pointer, &type_name(&format!("{owner}_{name}")), name);
        }
        prepared.objects.insert(owner, pointer);
    }
    relax(&mut prepared.document);
    prune(&mut prepared.document);
    Ok(prepared)
}

impl Prepared {
    /// Replaces a property by a reference to a component, for which progenitor writes `Patch<T>`.
    fn hoist(&mut self, object: &str, component: &str, property: &str) {
        let span = child(&format!("{object}/properties"), property);
        let Some(schema) = self.document.pointer_mut(&span) else { return };
        let patch = type_name(&format!("{component}Patch"));
        let mut inner =
            std::mem::replace(schema, json!({ "$ref": format!("#/components/schemas/{patch}") }));
        if let Some(inner) = inner.as_object_mut() {
            inner.remove("nullable");
            // `null` stands in the enum too, as OpenAPI asks for it.
            if let Some(Value::Array(values)) = inner.get_mut("enum") {
                values.retain(|value| !value.is_null());
            }
        }
        let rust_type = match rust_type(&inner) {
            Some(known) => {
                self.add_component(&patch, inner);
                known.to_owned()
            }
            None => {
                self.add_component(component, inner);
                self.add_component(
                    &patch,
                    json!({ "$ref": format!("#/components/schemas/{component}") }),
                );
                format!("crate::generated::types::{component}")
            }
        };
        self.replacements.insert(patch, format!("crate::Patch<{rust_type}>"));
    }

    fn add_component(&mut self, name: &str, schema: Value) {
        self.document["components"]["schemas"][name] = schema;
    }
}

/// A name that progenitor leaves as it is: it makes `Xy` of `XY`.
fn type_name(name: &str) -> String {
    name.to_upper_camel_case().to_upper_camel_case()
}

/// The Rust type of a schema that needs no type of its own.
fn rust_type(schema: &Value) -> Option<&'static str> {
    let plain = ["pattern", "minLength", "maxLength", "enum", "allOf", "oneOf", "anyOf", "$ref"];
    if plain.iter().any(|keyword| schema.get(keyword).is_some()) {
        return None;
    }
    match (schema["type"].as_str()?, schema["format"].as_str()) {
        ("string", None) => Some("::std::string::String"),
        ("string", Some("date-time")) => Some("::chrono::DateTime<::chrono::offset::Utc>"),
        ("integer", _) => Some("i64"),
        ("number", _) => Some("f64"),
        ("boolean", _) => Some("bool"),
        _ => None,
    }
}

/// The objects that a request body is made of, each by its pointer.
fn request_objects(contract: &Contract) -> Result<BTreeSet<String>, ContractError> {
    let mut found = BTreeSet::new();
    let paths = contract.document()["paths"].as_object();
    for (path, item) in paths.into_iter().flatten() {
        for (method, operation) in item.as_object().into_iter().flatten() {
            if operation.get("requestBody").is_none() {
                continue;
            }
            let body = format!("{}/{method}/requestBody", child("/paths", path));
            let (body, _) = contract.resolve(&body)?;
            let schema = format!("{body}/content/application~1json/schema");
            if contract.get(&schema).is_some() {
                collect(contract, &schema, &mut found)?;
            }
        }
    }
    Ok(found)
}

fn collect(
    contract: &Contract,
    pointer: &str,
    found: &mut BTreeSet<String>,
) -> Result<(), ContractError> {
    let (pointer, schema) = contract.resolve(pointer)?;
    if !found.insert(pointer.to_string()) {
        return Ok(());
    }
    let below = |keyword: &str| format!("{pointer}/{keyword}");
    for name in schema["properties"].as_object().into_iter().flat_map(Map::keys) {
        collect(contract, &child(&below("properties"), name), found)?;
    }
    for keyword in ["allOf", "oneOf", "anyOf"] {
        for index in 0..schema[keyword].as_array().map_or(0, Vec::len) {
            collect(contract, &format!("{}/{index}", below(keyword)), found)?;
        }
    }
    for keyword in ["items", "additionalProperties"] {
        if schema[keyword].is_object() {
            collect(contract, &below(keyword), found)?;
        }
    }
    Ok(())
}

/// Makes every integer an `i64`, and a string of a UUID.
///
/// progenitor reads `minimum: 1` as `NonZeroU64` and ignores the other bounds. One integer type is
/// easier on callers, and the verbs check the bounds from the contract itself. For a UUID it writes the
/// type of a crate that nothing else here needs.
fn relax(value: &mut Value) {
    match value {
        Value::Object(members) => {
            if members.get("type").is_some_and(|kind| kind == "integer") {
                for bound in ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"] {
                    members.remove(bound);
                }
                members.insert("format".to_owned(), json!("int64"));
            }
            if members.get("format").is_some_and(|format| format == "uuid") {
                members.remove("format");
            }
            members.values_mut().for_each(relax);
        }
        Value::Array(items) => items.iter_mut().for_each(relax),
        _ => {}
    }
}

/// Drops the components that no body and no parameter refers to: progenitor makes a type of each,
/// and generates nothing for response headers.
fn prune(document: &mut Value) {
    drop_response_headers(document);
    let mut reached = BTreeSet::new();
    reach(document, &document["paths"], &mut reached);
    let schemas = document.pointer_mut("/components/schemas").and_then(Value::as_object_mut);
    if let Some(schemas) = schemas {
        schemas.retain(|name, _| reached.contains(&child("#/components/schemas", name)));
    }
}

fn drop_response_headers(document: &mut Value) {
    let drop_headers = |response: &mut Value| {
        if let Some(response) = response.as_object_mut() {
            response.remove("headers");
        }
    };
    let paths = document["paths"].as_object_mut();
    let operations =
        paths.into_iter().flat_map(|paths| paths.values_mut()).filter_map(Value::as_object_mut);
    let operations = operations.flat_map(|operations| operations.values_mut());
    let responses =
        operations.filter_map(|operation| operation.get_mut("responses")?.as_object_mut());
    responses.flat_map(|responses| responses.values_mut()).for_each(drop_headers);
    if let Some(components) = document.get_mut("components").and_then(Value::as_object_mut) {
        components.remove("headers");
        let responses = components.get_mut("responses").and_then(Value::as_object_mut);
        responses.into_iter().flat_map(|responses| responses.values_mut()).for_each(drop_headers);
    }
}

fn reach(document: &Value, value: &Value, reached: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            if let Some(Value::String(reference)) = members.get("$ref")
                && reached.insert(reference.clone())
            {
                let target = document.pointer(reference.trim_start_matches('#'));
                reach(document, target.unwrap_or(&Value::Null), reached);
            }
            members.values().for_each(|member| reach(document, member, reached));
        }
        Value::Array(items) => items.iter().for_each(|item| reach(document, item, reached)),
        _ => {}
    }
}
