//! Spells a contract out for the generator of types, which reads one schema at a time.
//!
//! - An `allOf` becomes one schema with the keywords of all its members, if no two of them contradict
//!   each other.
//! - A schema without a `type` gets the one that its keywords are about.
//! - A property that is required but not defined is defined as any value.

use agenthuman_contract::{Contract, Keys, target};
use serde_json::{Map, Value, json};

/// Returns the contract, spelt out. The positions of its values stay those of the file.
pub fn merged(contract: &Contract) -> Contract {
    let original = contract.document();
    let mut document = original.clone();
    let merger = Merger { original };
    for (kind, components) in document["components"].as_object_mut().into_iter().flatten() {
        let members = components.as_object_mut().into_iter().flatten();
        members.for_each(|(_, member)| match kind.as_str() {
            "schemas" => merger.schema(member, &mut Vec::new()),
            _ => merger.walk(member, Keys::Keywords),
        });
    }
    merger.walk(&mut document["paths"], Keys::Names);
    contract.with_document(document)
}

/// The extension that marks a type which the contract does not state.
pub const IMPLIED_TYPE: &str = "x-implied-type";

/// Keywords that do not constrain a value. Of several, the outermost one counts.
const ANNOTATIONS: [&str; 11] = [
    "title",
    "description",
    "example",
    "externalDocs",
    "default",
    "deprecated",
    "discriminator",
    "readOnly",
    "writeOnly",
    "xml",
    "$comment",
];

/// The largest number of schemas that are merged into one.
const MAX_MEMBERS: usize = 200;

/// The largest number of times that a reference is merged into schemas inside of each other.
const MAX_NESTED_MERGES: usize = 2;

type Schema = Map<String, Value>;

struct Merger<'a> {
    original: &'a Value,
}

impl Merger<'_> {
    /// Spells out the schemas in a part of the document that is no schema.
    fn walk(&self, value: &mut Value, keys: Keys) {
        match value {
            Value::Array(items) => {
                items.iter_mut().for_each(|item| self.walk(item, Keys::Keywords));
            }
            Value::Object(members) => {
                for (key, member) in members {
                    match keys.inside(key) {
                        Some(_) if keys == Keys::Keywords && key == "schema" => {
                            self.schema(member, &mut Vec::new());
                        }
                        Some(keys) => self.walk(member, keys),
                        None => {}
                    }
                }
            }
            _ => {}
        }
    }

    /// Spells out a schema and the schemas in it. `outer` has the references that were merged into the
    /// schemas around it: one that contains itself would be merged without end.
    fn schema(&self, value: &mut Value, outer: &mut Vec<String>) {
        let Value::Object(schema) = value else { return };
        let outer_count = outer.len();
        let mut budget = MAX_MEMBERS;
        if needs_merging(schema)
            && let Some(merged) = self.flat(schema, &mut Vec::new(), &mut budget)
        {
            let references = references(schema);
            let is_nested = |one: &String| {
                outer.iter().filter(|other| *other == one).count() == MAX_NESTED_MERGES
            };
            if !references.iter().any(is_nested) {
                outer.extend(references);
                *schema = merged;
            }
        }
        if schema.get("$ref").is_none()
            && schema.get("allOf").is_none()
            && schema.get("type").is_none()
            && let Some(name) = implied_type(schema)
        {
            schema.insert("type".to_owned(), name.into());
            schema.insert(IMPLIED_TYPE.to_owned(), true.into());
        }
        define_required(schema);
        for (key, member) in schema {
            match (key.as_str(), member) {
                ("properties", Value::Object(properties)) => {
                    properties.iter_mut().for_each(|(_, property)| self.schema(property, outer));
                }
                ("allOf" | "oneOf" | "anyOf", Value::Array(members)) => {
                    members.iter_mut().for_each(|member| self.schema(member, outer));
                }
                ("items" | "additionalProperties" | "not", member) => self.schema(member, outer),
                _ => {}
            }
        }
        outer.truncate(outer_count);
    }

    /// Returns a schema with its `allOf` merged into it; `None` if that is not possible. `around` has the
    /// references that lead to it.
    fn flat(
        &self,
        schema: &Schema,
        around: &mut Vec<String>,
        budget: &mut usize,
    ) -> Option<Schema> {
        *budget = budget.checked_sub(1)?;
        if let Some(reference) = schema.get("$ref") {
            let pointer = target(reference.as_str()?)?;
            if around.contains(&pointer) {
                return None;
            }
            let referenced = self.original.pointer(&pointer)?.as_object()?;
            around.push(pointer);
            let flat = self.flat(referenced, around, budget);
            around.pop();
            return flat;
        }
        let Some(members) = schema.get("allOf").and_then(Value::as_array) else {
            return Some(schema.clone());
        };
        let mut own = schema.clone();
        own.remove("allOf");
        let members = members.iter().map(|member| self.flat(member.as_object()?, around, budget));
        let members: Vec<_> = members.collect::<Option<_>>()?;
        let is_nullable = |schema: &Schema| schema.get("nullable") == Some(&Value::Bool(true));
        let nullable = match own.contains_key("nullable") || own.contains_key("type") {
            true => is_nullable(&own),
            false => !members.is_empty() && members.iter().all(is_nullable),
        };
        for member in members {
            merge(&mut own, member)?;
        }
        own.remove("nullable");
        if nullable {
            own.insert("nullable".to_owned(), true.into());
        }
        Some(own)
    }
}

/// Returns the references among the members of an `allOf`.
fn references(schema: &Schema) -> Vec<String> {
    let members = schema.get("allOf").and_then(Value::as_array);
    let references = members.into_iter().flatten().filter_map(|member| member["$ref"].as_str());
    references.map(str::to_owned).collect()
}

/// Returns true if a schema has an `allOf` that is more than a reference with annotations.
fn needs_merging(schema: &Schema) -> bool {
    let is_annotation =
        |key: &str| ANNOTATIONS.contains(&key) || key == "nullable" || key.starts_with("x-");
    let has_others = schema.keys().any(|key| key != "allOf" && !is_annotation(key));
    let members = schema.get("allOf").and_then(Value::as_array);
    members.is_some_and(|members| members.len() > 1 || !members.is_empty() && has_others)
}

/// Merges a schema into another. Returns `None` if they contradict each other.
fn merge(own: &mut Schema, member: Schema) -> Option<()> {
    let is_closed = |schema: &Schema| {
        schema.get("additionalProperties").is_some_and(|one| *one != Value::Bool(true))
    };
    let has_properties = |schema: &Schema| {
        let properties = schema.get("properties").and_then(Value::as_object);
        properties.is_some_and(|all| !all.is_empty())
    };
    // `additionalProperties` applies only to the properties beside it.
    if is_closed(own) && has_properties(&member) || is_closed(&member) && has_properties(own) {
        return None;
    }
    for (key, value) in member {
        let Some(existing) = own.get_mut(&key) else {
            own.insert(key, value);
            continue;
        };
        let number = |value: &Value| value.as_f64();
        match key.as_str() {
            _ if *existing == value => {}
            name if ANNOTATIONS.contains(&name) || name.starts_with("x-") => {}
            // The outer schema decides.
            "nullable" => {}
            "required" => {
                let names = existing.as_array_mut()?;
                for name in value.as_array()? {
                    if !names.contains(name) {
                        names.push(name.clone());
                    }
                }
            }
            "properties" => {
                let properties = existing.as_object_mut()?;
                for (name, property) in value.as_object()? {
                    match properties.get(name) {
                        None => drop(properties.insert(name.clone(), property.clone())),
                        Some(existing) if existing == property => {}
                        Some(_) => return None,
                    }
                }
            }
            "minLength" | "minItems" | "minProperties" if number(existing)? < number(&value)? => {
                *existing = value;
            }
            "maxLength" | "maxItems" | "maxProperties" if number(existing)? > number(&value)? => {
                *existing = value;
            }
            "minLength" | "minItems" | "minProperties" | "maxLength" | "maxItems"
            | "maxProperties" => {}
            _ => return None,
        }
    }
    Some(())
}

/// Returns the type that the keywords of a schema are about.
fn implied_type(schema: &Schema) -> Option<&'static str> {
    let has = |keys: &[&str]| keys.iter().any(|key| schema.contains_key(*key));
    let format = schema.get("format").and_then(Value::as_str);
    if schema.get("properties").is_some_and(Value::is_object)
        || schema.get("additionalProperties").is_some_and(Value::is_object)
    {
        return Some("object");
    }
    if has(&["oneOf", "anyOf", "enum", "not"]) {
        return None;
    }
    match format {
        _ if has(&["items"]) => Some("array"),
        Some("int32" | "int64" | "float" | "double") => None,
        Some(_) => Some("string"),
        None if has(&["pattern", "minLength", "maxLength"]) => Some("string"),
        None if has(&["minimum", "maximum", "multipleOf"]) => Some("number"),
        None => None,
    }
}

/// Adds the properties that an object requires but does not define.
fn define_required(schema: &mut Schema) {
    let is_object = schema.get("type").is_some_and(|name| name == "object");
    let is_closed = schema.get("additionalProperties").is_some_and(|one| *one != Value::Bool(true));
    let has_alternatives = schema.contains_key("oneOf") || schema.contains_key("anyOf");
    let names = schema.get("required").and_then(Value::as_array).cloned().unwrap_or_default();
    if !is_object || is_closed || has_alternatives || names.is_empty() {
        return;
    }
    let properties = schema.entry("properties").or_insert_with(|| json!({}));
    let Value::Object(properties) = properties else { return };
    for name in names.iter().filter_map(Value::as_str) {
        if !properties.contains_key(name) {
            properties.insert(name.to_owned(), json!({}));
        }
    }
}
