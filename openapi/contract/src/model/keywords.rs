//! The keywords of one schema: their kinds checked, what says nothing left out, each with its place.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::document::{Object, canonical};
use super::flatten::{Bound, Flat};
use super::{Aspect, Child, Fact, Facts, ModelError};

/// The keywords that stand in the schema itself, apart from the combinators.
pub(super) fn keywords(object: &Object<'_>) -> Result<Flat, ModelError> {
    let mut flat = Flat { pointer: object.pointer.clone(), ..Flat::default() };
    let mut say = |aspect: Aspect, key: &str, value: Value| {
        flat.facts.insert(aspect, Fact { value, pointer: object.child(key) });
    };
    if let Some(name) = object.string("type")? {
        if !["array", "boolean", "integer", "number", "object", "string"].contains(&name) {
            let message = format!("`{name}` is not a type of OpenAPI 3.0");
            return Err(ModelError::new(&object.child("type"), message));
        }
        say(Aspect::Type, "type", name.into());
    }
    for aspect in [Aspect::Format, Aspect::Pattern] {
        if let Some(text) = object.string(aspect.keyword())? {
            say(aspect, aspect.keyword(), text.into());
        }
    }
    for aspect in [Aspect::UniqueItems, Aspect::Deprecated, Aspect::ReadOnly, Aspect::WriteOnly] {
        if object.boolean(aspect.keyword())? == Some(true) {
            say(aspect, aspect.keyword(), true.into());
        }
    }
    for aspect in [Aspect::MinLength, Aspect::MinItems, Aspect::MinProperties] {
        // At least none says nothing.
        if let Some(number) =
            object.number(aspect.keyword())?.filter(|number| number.as_f64() != Some(0.0))
        {
            say(aspect, aspect.keyword(), canonical(number));
        }
    }
    for aspect in [Aspect::MaxLength, Aspect::MaxItems, Aspect::MaxProperties, Aspect::MultipleOf] {
        if let Some(number) = object.number(aspect.keyword())? {
            say(aspect, aspect.keyword(), canonical(number));
        }
    }
    if let Some(value) = object.get("default") {
        say(Aspect::Default, "default", canonical(value));
    }
    if let Some(discriminator) = object.members_of("discriminator")? {
        let name = discriminator.get("propertyName").cloned().unwrap_or_default();
        say(Aspect::Discriminator, "discriminator", name);
        let mapping = discriminator.get("mapping").and_then(Value::as_object);
        for (value, target) in mapping.into_iter().flatten() {
            let target = target.as_str().unwrap_or_default();
            let pointer = crate::reader::target(target)
                .unwrap_or_else(|| crate::reader::child("/components/schemas", target));
            flat.children.insert(Child::Mapping(value.clone()), pointer);
        }
    }
    flat.texts = texts(object);
    // That it is said not to be is as if nothing were said.
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
        flat.properties =
            properties.keys().map(|name| (name.clone(), crate::reader::child(&at, name))).collect();
    }
    for (child, key) in [(Child::Items, "items"), (Child::Not, "not")] {
        if object.get(key).is_some() {
            flat.children.insert(child, object.child(key));
        }
    }
    match object.get("additionalProperties") {
        None | Some(Value::Bool(true)) => {}
        Some(no @ Value::Bool(false)) => {
            let pointer = object.child("additionalProperties");
            flat.facts.insert(Aspect::AdditionalProperties, Fact { value: no.clone(), pointer });
        }
        Some(_) => {
            flat.children.insert(Child::AdditionalProperties, object.child("additionalProperties"));
        }
    }
    Ok(flat)
}

/// What people read in an object, apart from `examples`, which have references in them.
pub(super) fn texts(object: &Object<'_>) -> Facts {
    let mut texts = Facts::new();
    for aspect in Aspect::TEXTS.into_iter().filter(|aspect| *aspect != Aspect::Examples) {
        let value = match object.get(aspect.keyword()) {
            Some(Value::String(text)) => text.trim().into(),
            Some(value) => canonical(value),
            None => continue,
        };
        texts.insert(aspect, Fact { value, pointer: object.child(aspect.keyword()) });
    }
    texts
}

fn bound(object: &Object<'_>, key: &str, exclusive_key: &str) -> Result<Option<Bound>, ModelError> {
    let exclusive = object.boolean(exclusive_key)? == Some(true);
    let pointer = object.child(if exclusive { exclusive_key } else { key });
    Ok(object.number(key)?.map(|number| Bound { number: canonical(number), exclusive, pointer }))
}

/// `enum` as a set. Whether `null` is in it depends on who wrote it: the rule of OpenAPI 3.0.3
/// wants it there, and Dropshot never writes it. `nullable` says it in either case.
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
        Value::String(_) => Some("string"),
        Value::Bool(_) => Some("boolean"),
        Value::Number(number) if number.is_f64() => Some("number"),
        Value::Number(_) => Some("integer"),
        _ => None,
    };
    let types: BTreeSet<_> = values.iter().map(type_of).collect();
    if !flat.facts.contains_key(&Aspect::Type) {
        if has_null && !only_null && flat.nullable.is_none() {
            flat.nullable = Some(pointer.clone());
        }
        if let (Some(Some(name)), 1) = (types.first(), types.len()) {
            let value = Value::from(*name);
            flat.facts.insert(Aspect::Type, Fact { value, pointer: pointer.clone() });
        }
    }
    flat.facts.insert(Aspect::Enum, Fact { value: Value::Array(values), pointer });
    Ok(())
}
