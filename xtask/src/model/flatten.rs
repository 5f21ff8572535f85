//! One schema as one set of keywords: `allOf` merged into what stands beside it, documented
//! variants (`oneOf` of single values) turned back into an `enum`.
//!
//! What cannot be merged without losing meaning stays an `allOf`; two such schemas are then
//! compared member by member.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::document::{Document, Object, canonical};
use super::{Aspect, Child, Combinator, Fact, Facts, ModelError};

/// A schema with pointers to the schemas below it.
#[derive(Clone, Debug, Default)]
pub(super) struct Flat {
    pub pointer: String,
    pub facts: Facts,
    /// Said or not; that it is said not to be is something else than silence, beside an `allOf`.
    pub nullable: Option<(bool, String)>,
    pub minimum: Option<Bound>,
    pub maximum: Option<Bound>,
    pub properties: BTreeMap<String, String>,
    pub required: BTreeMap<String, String>,
    pub children: BTreeMap<Child, String>,
    pub alternatives: BTreeMap<Combinator, Vec<String>>,
}

#[derive(Clone, Debug)]
pub(super) struct Bound {
    pub number: Value,
    pub exclusive: bool,
    pub pointer: String,
}

/// The schema at `pointer`.
pub(super) fn flatten(document: Document<'_>, pointer: &str) -> Result<Flat, ModelError> {
    flatten_inside(document, pointer, &[])
}

/// `around` are the schemas that this one is a part of: one that is a part of itself has no meaning.
fn flatten_inside(
    document: Document<'_>,
    pointer: &str,
    around: &[String],
) -> Result<Flat, ModelError> {
    let object = document.object(pointer)?;
    if around.contains(&object.pointer) {
        let message = "this schema is a part of itself, with nothing in between";
        return Err(ModelError::new(&object.pointer, message));
    }
    let inside = [around, std::slice::from_ref(&object.pointer)].concat();
    let mut own = keywords(&object)?;
    let mut members = Vec::new();
    for combinator in [Combinator::AllOf, Combinator::AnyOf, Combinator::OneOf] {
        let key = combinator.keyword();
        let Some(list) = object.list(key)? else { continue };
        let pointers: Vec<_> =
            (0..list.len()).map(|n| format!("{}/{n}", object.child(key))).collect();
        // One alternative is no alternative.
        if combinator == Combinator::AllOf || pointers.len() == 1 {
            members.extend(pointers);
        } else if !pointers.is_empty() {
            own.alternatives.insert(combinator, pointers);
        }
    }
    if !members.is_empty() {
        let mut flats = Vec::new();
        for member in &members {
            flats.push(flatten_inside(document, member, &inside)?);
        }
        match merge(&own, flats) {
            Some(merged) => own = merged,
            None => drop(own.alternatives.insert(Combinator::AllOf, members)),
        }
    }
    documented_variants(document, &mut own, &inside)?;
    Ok(own)
}

/// The keywords that stand in the schema itself, apart from the combinators.
fn keywords(object: &Object<'_>) -> Result<Flat, ModelError> {
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
            let pointer = match target.strip_prefix('#') {
                Some(pointer) => pointer.to_owned(),
                None => crate::reader::child("/components/schemas", target),
            };
            flat.children.insert(Child::Mapping(value.clone()), pointer);
        }
    }
    flat.nullable =
        object.boolean("nullable")?.map(|nullable| (nullable, object.child("nullable")));
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
            flat.nullable = Some((true, pointer.clone()));
        }
        if let (Some(Some(name)), 1) = (types.first(), types.len()) {
            let value = Value::from(*name);
            flat.facts.insert(Aspect::Type, Fact { value, pointer: pointer.clone() });
        }
    }
    flat.facts.insert(Aspect::Enum, Fact { value: Value::Array(values), pointer });
    Ok(())
}

/// Everything that `own` and the members say together; `None` where they speak of the same thing
/// in different ways.
fn merge(own: &Flat, members: Vec<Flat>) -> Option<Flat> {
    let mut merged = own.clone();
    merged.nullable = match &own.nullable {
        // Beside a reference `nullable: true` means "or null", for Dropshot and for every generator,
        // though the rule of OpenAPI 3.0.3 would give it no effect there.
        Some(said) => Some(said.clone()),
        None if own.facts.contains_key(&Aspect::Type) => None,
        None => {
            let all = members.iter().all(|member| matches!(member.nullable, Some((true, _))));
            members.first().filter(|_| all).and_then(|member| member.nullable.clone())
        }
    };
    for member in members {
        let closed = |flat: &Flat| {
            flat.facts.contains_key(&Aspect::AdditionalProperties)
                || flat.children.contains_key(&Child::AdditionalProperties)
        };
        // "No other properties" counts only those that stand beside it.
        if closed(&merged) && !member.properties.is_empty()
            || closed(&member) && !merged.properties.is_empty()
        {
            return None;
        }
        for (aspect, fact) in member.facts {
            match merged.facts.get(&aspect) {
                None => drop(merged.facts.insert(aspect, fact)),
                Some(said) if said.value == fact.value => {}
                Some(_) => match aspect {
                    Aspect::Default | Aspect::Deprecated | Aspect::ReadOnly | Aspect::WriteOnly => {
                    }
                    _ => return None,
                },
            }
        }
        merged.minimum = merge_bound(merged.minimum, member.minimum)?;
        merged.maximum = merge_bound(merged.maximum, member.maximum)?;
        merge_pointers(&mut merged.properties, member.properties)?;
        merge_pointers(&mut merged.children, member.children)?;
        merged.required.extend(member.required);
        for (combinator, pointers) in member.alternatives {
            if merged.alternatives.insert(combinator, pointers).is_some() {
                return None;
            }
        }
    }
    Some(merged)
}

fn merge_bound(own: Option<Bound>, member: Option<Bound>) -> Option<Option<Bound>> {
    match (own, member) {
        (Some(own), Some(member)) => {
            let equal = own.number == member.number && own.exclusive == member.exclusive;
            equal.then_some(Some(own))
        }
        (own, member) => Some(own.or(member)),
    }
}

fn merge_pointers<K: Ord>(
    own: &mut BTreeMap<K, String>,
    member: BTreeMap<K, String>,
) -> Option<()> {
    for (key, pointer) in member {
        match own.get(&key) {
            Some(said) if *said != pointer => return None,
            _ => drop(own.insert(key, pointer)),
        }
    }
    Some(())
}

/// schemars emits variants that have docs as `oneOf` of single values; that is an `enum`.
fn documented_variants(
    document: Document<'_>,
    flat: &mut Flat,
    inside: &[String],
) -> Result<(), ModelError> {
    let [(combinator, pointers)] = flat.alternatives.iter().collect::<Vec<_>>()[..] else {
        return Ok(());
    };
    if *combinator == Combinator::AllOf || flat.facts.contains_key(&Aspect::Enum) {
        return Ok(());
    }
    let mut values = BTreeMap::new();
    let mut name = flat.facts.get(&Aspect::Type).map(|fact| fact.value.clone());
    for pointer in pointers {
        let member = flatten_inside(document, pointer, inside)?;
        let only = |aspect: &Aspect| matches!(aspect, Aspect::Type | Aspect::Enum);
        let plain = member.facts.keys().all(only)
            && member.nullable.as_ref().is_none_or(|(nullable, _)| !nullable)
            && member.minimum.is_none()
            && member.maximum.is_none()
            && member.properties.is_empty()
            && member.required.is_empty()
            && member.children.is_empty()
            && member.alternatives.is_empty();
        let (true, Some(of_type), Some(listed)) =
            (plain, member.facts.get(&Aspect::Type), member.facts.get(&Aspect::Enum))
        else {
            return Ok(());
        };
        if *name.get_or_insert_with(|| of_type.value.clone()) != of_type.value {
            return Ok(());
        }
        for value in listed.value.as_array().into_iter().flatten() {
            let twice = values.insert(value.to_string(), value.clone()).is_some();
            if twice && *combinator == Combinator::OneOf {
                return Ok(());
            }
        }
    }
    let pointer = crate::reader::child(&flat.pointer, combinator.keyword());
    flat.alternatives.clear();
    if let Some(name) = name {
        let fact = Fact { value: name, pointer: pointer.clone() };
        flat.facts.entry(Aspect::Type).or_insert(fact);
    }
    let value = values.into_values().collect();
    flat.facts.insert(Aspect::Enum, Fact { value, pointer });
    Ok(())
}
