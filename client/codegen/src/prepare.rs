//! The copy of the contract that progenitor reads.

use std::collections::{BTreeMap, BTreeSet};

use agenthuman_contract::{Contract, ContractError, child, clearable};
use heck::ToUpperCamelCase;
use serde_json::{Map, Value, json};

use crate::enum_values::{Placeholders, replace_values};
use crate::{media_types, parameters, patterns, responses};

/// Dropshot's extension for operations that return page by page.
pub const DROPSHOT_PAGINATION: &str = "x-dropshot-pagination";

/// The names of the structs that request bodies consist of, with the pointers of their schemas.
pub type Objects = BTreeMap<String, String>;

/// The input of progenitor.
pub struct Prepared {
    /// The contract, in which each clearable property refers to a component of its own.
    pub document: Value,
    /// The Rust types that replace those components.
    pub replacements: BTreeMap<String, String>,
    /// The names of the structs that request bodies consist of, with the pointers of their schemas.
    pub objects: Objects,
    /// The values of enums that were replaced.
    pub placeholders: Placeholders,
}

/// Prepares the contract: each clearable property of a request gets the type `Patch<T>`, bounds of
/// integers are dropped, and so are unused components.
pub fn prepare(contract: &Contract) -> Result<Prepared, ContractError> {
    let mut prepared = Prepared {
        document: contract.document().clone(),
        replacements: BTreeMap::new(),
        objects: BTreeMap::new(),
        placeholders: Placeholders::new(),
    };
    for pointer in request_objects(contract)? {
        let properties = contract.get(&pointer).and_then(|object| object["properties"].as_object());
        let Some(properties) = properties else { continue };
        let Some(owner) = struct_name(contract, &pointer) else { continue };
        for name in properties.keys() {
            prepared.remove_default(&pointer, name);
        }
        for name in properties.keys().filter(|name| clearable(contract, &pointer, name)) {
            let component = type_name(&format!("{owner}_{name}"));
            let property = child(&format!("{pointer}/properties"), name);
            let is_recursive = contain_directly(contract, &property, &pointer);
            prepared.hoist(&pointer, &component, name, is_recursive);
        }
        prepared.objects.insert(owner, pointer);
    }
    remove_pagination(&mut prepared.document);
    // The version is only text for progenitor, but it must be text.
    prepared.document["info"]["version"] = json!("");
    parameters::prepare(contract, &mut prepared.document);
    let bodies = responses::prepare(contract, &mut prepared.document);
    media_types::prepare(&mut prepared.document);
    simplify_types(&mut prepared.document);
    replace_values(&mut prepared.document, &mut prepared.placeholders);
    drop_unused_components(&mut prepared.document, &bodies);
    Ok(prepared)
}

impl Prepared {
    /// Replaces a property by a reference to a new component, for which progenitor writes `Patch<T>`, or
    /// `Patch<Box<T>>` if the type contains itself.
    fn hoist(&mut self, object: &str, component: &str, property: &str, is_recursive: bool) {
        let pointer = child(&format!("{object}/properties"), property);
        let Some(schema) = self.document.pointer_mut(&pointer) else { return };
        let patch = type_name(&format!("{component}Patch"));
        let mut inner =
            std::mem::replace(schema, json!({ "$ref": format!("#/components/schemas/{patch}") }));
        if let Some(inner) = inner.as_object_mut() {
            inner.remove("nullable");
            // In OpenAPI 3.0 a nullable enum lists `null` too.
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
        let rust_type = match is_recursive {
            true => format!("::std::boxed::Box<{rust_type}>"),
            false => rust_type,
        };
        self.replacements.insert(patch, format!("crate::Patch<{rust_type}>"));
    }

    /// Removes the default of a property, so that the property becomes optional: the client does not
    /// send it, and the server applies the default.
    fn remove_default(&mut self, object: &str, property: &str) {
        let schema = self.document.pointer_mut(&child(&format!("{object}/properties"), property));
        if let Some(Value::Object(schema)) = schema {
            schema.remove("default");
        }
    }

    fn add_component(&mut self, name: &str, schema: Value) {
        self.document["components"]["schemas"][name] = schema;
    }
}

/// Returns a type name that progenitor does not change. It changes `XY` to `Xy`, so one conversion is
/// not enough, and begins no name with a digit.
pub fn type_name(name: &str) -> String {
    let name = name.to_upper_camel_case().to_upper_camel_case();
    if name.starts_with(|first: char| first.is_numeric()) { format!("X{name}") } else { name }
}

/// Returns the name that typify gives to the type of a component.
pub fn component_type(name: &str) -> String {
    match type_name(name) {
        // typify appends `_` to a keyword, of which only this one is in upper case.
        name if name == "Self" => "Self_".to_owned(),
        name => name,
    }
}

/// Returns the pointer of the last component whose type has this name.
pub fn component_of(contract: &Contract, of_type: &str) -> Option<String> {
    const SCHEMAS: &str = "/components/schemas";
    let components = contract.get(SCHEMAS)?.as_object()?;
    let name = components.keys().rev().find(|name| component_type(name) == of_type)?;
    Some(child(SCHEMAS, name))
}

/// Returns the name that typify gives to the struct of an object schema.
fn struct_name(contract: &Contract, pointer: &str) -> Option<String> {
    const BODY: &str = "/requestBody/content/application~1json/schema";
    let (root, rest) = match pointer.strip_prefix("/components/schemas/") {
        Some(rest) => {
            let (name, rest) = rest.split_once('/').unwrap_or((rest, ""));
            (name.to_owned(), rest)
        }
        None => {
            let (operation, rest) = pointer.split_once(BODY)?;
            let id = contract.get(&format!("{operation}/operationId"))?.as_str()?;
            (format!("{id}_body"), rest.trim_start_matches('/'))
        }
    };
    let mut name = root.to_upper_camel_case();
    let mut steps = rest.split('/').filter(|step| !step.is_empty());
    while let Some(step) = steps.next() {
        match step {
            "properties" => name.push_str(&steps.next()?.to_upper_camel_case()),
            "items" => name.push_str("Item"),
            _ => return None,
        }
    }
    // typify appends `_` to a keyword, of which only this one is in upper case.
    Some(if name == "Self" { "Self_".to_owned() } else { name })
}

/// Returns the Rust type of a schema that needs no type of its own.
fn rust_type(schema: &Value) -> Option<&'static str> {
    let constraints =
        ["pattern", "minLength", "maxLength", "enum", "allOf", "oneOf", "anyOf", "$ref"];
    if constraints.iter().any(|keyword| schema.get(keyword).is_some()) {
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

/// Returns true if values of the schema at `from` contain one of the schema at `to`, other than in a list
/// or a map.
fn contain_directly(contract: &Contract, from: &str, to: &str) -> bool {
    let mut pending = vec![from.to_owned()];
    let mut seen = BTreeSet::new();
    while let Some(pointer) = pending.pop() {
        let Ok((pointer, schema)) = contract.resolve(&pointer) else { continue };
        if pointer == to {
            return true;
        }
        if !seen.insert(pointer.to_string()) {
            continue;
        }
        let properties = child(&pointer, "properties");
        let names = schema["properties"].as_object().into_iter().flat_map(Map::keys);
        pending.extend(names.map(|name| child(&properties, name)));
        for keyword in ["allOf", "oneOf", "anyOf"] {
            let count = schema[keyword].as_array().map_or(0, Vec::len);
            pending.extend((0..count).map(|index| format!("{pointer}/{keyword}/{index}")));
        }
    }
    false
}

/// Returns the pointers of the schemas that request bodies consist of.
pub fn request_objects(contract: &Contract) -> Result<BTreeSet<String>, ContractError> {
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

/// Makes every integer an `i64`, and every UUID a string, and drops the formats and patterns that the
/// client does not support.
///
/// progenitor writes `NonZeroU64` for `minimum: 1` and ignores other bounds. With a single integer type
/// any integer is a valid argument, and the request builders check the bounds of the contract. For a
/// UUID progenitor writes the type of a crate that the client does not need otherwise, and it stops at
/// a format of anything but strings and numbers.
fn simplify_types(value: &mut Value) {
    match value {
        Value::Object(members) => {
            if members.get("type").is_some_and(|kind| kind == "integer") {
                for bound in ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"] {
                    members.remove(bound);
                }
                members.insert("format".to_owned(), json!("int64"));
            }
            let has_format = members.get("type").is_some_and(|kind| {
                ["string", "integer", "number"].iter().any(|known| kind == known)
            });
            let format = members.get("format").and_then(Value::as_str);
            if format.is_some_and(|format| !has_format || format == "uuid") {
                members.remove("format");
            }
            if members.get("pattern").and_then(Value::as_str).is_some_and(patterns::is_ambiguous) {
                members.remove("pattern");
            }
            members.values_mut().for_each(simplify_types);
        }
        Value::Array(items) => items.iter_mut().for_each(simplify_types),
        _ => {}
    }
}

/// Removes the extension for which progenitor writes streams of its own.
fn remove_pagination(document: &mut Value) {
    let paths = document["paths"].as_object_mut();
    let items = paths.into_iter().flat_map(|paths| paths.values_mut());
    for operation in items.filter_map(Value::as_object_mut).flat_map(|item| item.values_mut()) {
        if let Some(operation) = operation.as_object_mut() {
            operation.remove(DROPSHOT_PAGINATION);
        }
    }
}

/// Drops the components that no body and no parameter refers to, for which progenitor would write
/// types, and all response headers, which progenitor ignores. `bodies` are the types of responses that
/// the document does not refer to.
fn drop_unused_components(document: &mut Value, bodies: &[String]) {
    drop_response_headers(document);
    let mut reachable = BTreeSet::new();
    collect_reachable(document, &document["paths"], &mut reachable);
    for name in bodies {
        let reference = json!({ "$ref": format!("#{}", child("/components/schemas", name)) });
        collect_reachable(document, &reference, &mut reachable);
    }
    let schemas = document.pointer_mut("/components/schemas").and_then(Value::as_object_mut);
    if let Some(schemas) = schemas {
        schemas.retain(|name, _| reachable.contains(&child("#/components/schemas", name)));
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

fn collect_reachable(document: &Value, value: &Value, reachable: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            if let Some(Value::String(reference)) = members.get("$ref")
                && reachable.insert(reference.clone())
            {
                let target = document.pointer(reference.trim_start_matches('#'));
                collect_reachable(document, target.unwrap_or(&Value::Null), reachable);
            }
            members.values().for_each(|member| collect_reachable(document, member, reachable));
        }
        Value::Array(items) => {
            items.iter().for_each(|item| collect_reachable(document, item, reachable))
        }
        _ => {}
    }
}
