//! The keywords of one schema: their types checked, explicit defaults left out, each with its pointer.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::document::{Object, canonical};
use super::error::ModelError;
use super::fact::{Aspect, Child, Combinator, Fact, Facts};
use crate::exact::{is_number, number};
use crate::reader::{child, target as target_pointer};

/// The keywords of a schema, with pointers to its subschemas.
#[derive(Clone, Debug, Default)]
pub(super) struct Flat {
    pub pointer: String,
    pub facts: Facts,
    pub texts: Facts,
    /// The pointer of `nullable: true`.
    pub nullable: Option<String>,
    pub minimum: Option<Bound>,
    pub maximum: Option<Bound>,
    pub properties: BTreeMap<String, String>,
    pub required: BTreeMap<String, String>,
    pub children: BTreeMap<Child, String>,
    pub alternatives: BTreeMap<Combinator, Vec<String>>,
    /// The pointers, before references are followed, of the schemas that are merged into this one.
    pub merged: Vec<String>,
}

#[derive(Clone, Debug)]
pub(super) struct Bound {
    pub number: Value,
    pub exclusive: bool,
    pub pointer: String,
}

/// Reads the keywords of a schema, without the combinators.
pub(super) fn keywords(object: &Object<'_>) -> Result<Flat, ModelError> {
    let mut flat = Flat { pointer: object.pointer.clone(), ..Flat::default() };
    let mut add = |aspect: Aspect, key: &str, value: Value| {
        flat.facts.insert(aspect, Fact::new(value, object.child(key)));
    };
    if let Some(name) = object.string("type")? {
        if !["array", "boolean", "integer", "number", "object", "string"].contains(&name) {
            let message = format!("`{name}` is not a type of OpenAPI 3.0");
            return Err(ModelError::new(&object.child("type"), message));
        }
        add(Aspect::Type, "type", name.into());
    }
    for aspect in [Aspect::Format, Aspect::Pattern] {
        if let Some(text) = object.string(aspect.keyword())? {
            add(aspect, aspect.keyword(), text.into());
        }
    }
    for aspect in [Aspect::UniqueItems, Aspect::Deprecated, Aspect::ReadOnly, Aspect::WriteOnly] {
        if object.boolean(aspect.keyword())? == Some(true) {
            add(aspect, aspect.keyword(), true.into());
        }
    }
    for aspect in [Aspect::MinLength, Aspect::MinItems, Aspect::MinProperties] {
        // A minimum of 0 has no meaning.
        if let Some(number) = object
            .number(aspect.keyword())?
            .filter(|value| !number(value).is_some_and(|it| it.is_zero()))
        {
            add(aspect, aspect.keyword(), canonical(number));
        }
    }
    for aspect in [Aspect::MaxLength, Aspect::MaxItems, Aspect::MaxProperties, Aspect::MultipleOf] {
        if let Some(number) = object.number(aspect.keyword())? {
            add(aspect, aspect.keyword(), canonical(number));
        }
    }
    if let Some(value) = object.get("default") {
        add(Aspect::Default, "default", canonical(value));
    }
    if let Some(xml) = object.get("xml") {
        add(Aspect::Xml, "xml", canonical(xml));
    }
    if let Some(discriminator) = object.members_of("discriminator")? {
        let name = discriminator.get("propertyName").cloned().unwrap_or_default();
        add(Aspect::Discriminator, "discriminator", name);
        let mapping = discriminator.get("mapping").and_then(Value::as_object);
        for (value, target) in mapping.into_iter().flatten() {
            let name = target.as_str().unwrap_or_default();
            let pointer =
                target_pointer(name).unwrap_or_else(|| child("/components/schemas", name));
            flat.children.insert(Child::Mapping(value.clone()), pointer);
        }
    }
    flat.texts = texts(object);
    // `nullable: false` is the default.
    flat.nullable =
        object.boolean("nullable")?.filter(|nullable| *nullable).map(|_| object.child("nullable"));
    flat.minimum = bound(object, "minimum", "exclusiveMinimum")?;
    flat.maximum = bound(object, "maximum", "exclusiveMaximum")?;
    enumeration(object, &mut flat)?;
    for (number, name) in object.strings("required")?.into_iter().enumerate() {
        flat.required.insert(name.to_owned(), format!("{}/{number}", object.child("required")));
    }
    if let Some(properties) = object.members_of("properties")? {
        let at = object.child("properties");
        flat.properties = properties.keys().map(|name| (name.clone(), child(&at, name))).collect();
    }
    for (relation, key) in [(Child::Items, "items"), (Child::Not, "not")] {
        if object.get(key).is_some() {
            flat.children.insert(relation, object.child(key));
        }
    }
    match object.get("additionalProperties") {
        None | Some(Value::Bool(true)) => {}
        Some(no @ Value::Bool(false)) => {
            let pointer = object.child("additionalProperties");
            flat.facts.insert(Aspect::AdditionalProperties, Fact::new(no.clone(), pointer));
        }
        Some(_) => {
            flat.children.insert(Child::AdditionalProperties, object.child("additionalProperties"));
        }
    }
    Ok(flat)
}

/// Reads the documentation of an object, without `examples`, which can contain references.
pub(super) fn texts(object: &Object<'_>) -> Facts {
    let mut texts = Facts::new();
    for aspect in Aspect::TEXTS.into_iter().filter(|aspect| *aspect != Aspect::Examples) {
        let value = match object.get(aspect.keyword()) {
            Some(Value::String(text)) => text.trim().into(),
            Some(value) => canonical(value),
            None => continue,
        };
        texts.insert(aspect, Fact::new(value, object.child(aspect.keyword())));
    }
    texts
}

fn bound(object: &Object<'_>, key: &str, exclusive_key: &str) -> Result<Option<Bound>, ModelError> {
    let exclusive = object.boolean(exclusive_key)? == Some(true);
    let pointer = object.child(if exclusive { exclusive_key } else { key });
    Ok(object.number(key)?.map(|number| Bound { number: canonical(number), exclusive, pointer }))
}

/// Reads `enum` as a set, without `null`: OpenAPI 3.0.3 requires `null` in it and Dropshot never
/// writes it. `nullable` states it in both cases.
fn enumeration(object: &Object<'_>, flat: &mut Flat) -> Result<(), ModelError> {
    let Some(list) = object.list("enum")? else { return Ok(()) };
    let values: BTreeMap<String, Value> =
        list.iter().map(canonical).map(|value| (value.to_string(), value)).collect();
    let pointer = object.child("enum");
    let has_null = values.contains_key("null");
    let only_null = has_null && values.len() == 1;
    let values: Vec<_> =
        values.into_values().filter(|value| only_null || !value.is_null()).collect();
    let type_of = |value: &Value| match value {
        value if is_number(value) => {
            let integer = number(value).is_some_and(|number| number.is_integer());
            Some(if integer { "integer" } else { "number" })
        }
        Value::String(_) => Some("string"),
        Value::Bool(_) => Some("boolean"),
        _ => None,
    };
    let types: BTreeSet<_> = values.iter().map(type_of).collect();
    if !flat.facts.contains_key(&Aspect::Type) {
        if has_null && !only_null && flat.nullable.is_none() {
            flat.nullable = Some(pointer.clone());
        }
        if let (Some(Some(name)), 1) = (types.first(), types.len()) {
            let value = Value::from(*name);
            flat.facts.insert(Aspect::Type, Fact::new(value, pointer.clone()));
        }
    }
    flat.facts.insert(Aspect::Enum, Fact::new(Value::Array(values), pointer));
    Ok(())
}
