//! Alternatives, `oneOf` and `anyOf`: whether a value can match two of them, and whether a schema is an
//! alternative of itself. Generated types cannot read every combination without losing a part of it.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::{Contract, child, required};

/// The depth of properties in which [`may_overlap`] looks for a difference.
const MAX_DEPTH: usize = 3;

/// Returns true unless it is certain that no value matches both schemas. `null` is ignored.
///
/// ```
/// use agenthuman_contract::{Contract, alternatives};
///
/// let text = "openapi: 3.0.3
/// oneOf:
///   - {type: object, required: [a], properties: {a: {type: string}}}
///   - {type: object, required: [a], properties: {a: {type: boolean}}}
///   - {type: object}
/// ";
/// let contract = Contract::parse("c.yaml", text)?;
/// assert!(!alternatives::may_overlap(&contract, "/oneOf/0", "/oneOf/1"));
/// assert!(alternatives::may_overlap(&contract, "/oneOf/1", "/oneOf/2"));
/// # Ok::<(), agenthuman_contract::ContractError>(())
/// ```
pub fn may_overlap(contract: &Contract, first: &str, second: &str) -> bool {
    overlap(contract, first, second, MAX_DEPTH)
}

/// The values of a schema in which another schema is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Within {
    /// The value itself, as an alternative or a member of `allOf`.
    SameValue,
    /// The value, and every value in it.
    AnyValue,
}

/// Returns true if the schema that has the list of alternatives at `list`, such as
/// `/components/schemas/A/oneOf`, is in one of them.
pub fn contain_themselves(contract: &Contract, list: &str, within: Within) -> bool {
    let Some((own, _)) = list.rsplit_once('/') else { return false };
    let items = |list: &str| {
        let count = contract.get(list).and_then(Value::as_array).map_or(0, Vec::len);
        let list = list.to_owned();
        (0..count).map(move |index| format!("{list}/{index}"))
    };
    let mut pending: Vec<_> = items(list).collect();
    let mut seen = BTreeSet::new();
    while let Some(pointer) = pending.pop() {
        let Ok((target, schema)) = contract.resolve(&pointer) else { continue };
        if target == own {
            return true;
        }
        if !seen.insert(target.to_string()) {
            continue;
        }
        for keyword in ["allOf", "oneOf", "anyOf"] {
            pending.extend(items(&child(&target, keyword)));
        }
        if within == Within::AnyValue {
            let properties = child(&target, "properties");
            let names = schema["properties"].as_object().into_iter().flat_map(Map::keys);
            pending.extend(names.map(|name| child(&properties, name)));
            let keywords = ["items", "additionalProperties"].into_iter();
            let keywords = keywords.filter(|keyword| schema[*keyword].is_object());
            pending.extend(keywords.map(|keyword| child(&target, keyword)));
        }
    }
    false
}

/// Returns the pointer of the object that the schema at `pointer` is, after references and an `allOf` of
/// one, if the object has named properties and allows others.
pub fn open_object(contract: &Contract, pointer: &str) -> Option<String> {
    let (pointer, schema) = plain(contract, pointer)?;
    let is_open = schema["additionalProperties"] != Value::Bool(false);
    let has_properties = schema["properties"].as_object().is_some_and(|all| !all.is_empty());
    (is_open && has_properties).then_some(pointer)
}

/// Returns the `type` of the schema at `pointer`, after references and an `allOf` of one.
pub fn type_of(contract: &Contract, pointer: &str) -> Option<String> {
    plain(contract, pointer).and_then(|(_, schema)| type_name(schema).map(str::to_owned))
}

/// Returns the pointers of the alternatives that the schema at `pointer` has itself.
pub fn inner(contract: &Contract, pointer: &str) -> Vec<String> {
    let Some((pointer, schema)) = plain(contract, pointer) else { return Vec::new() };
    let lists = ["oneOf", "anyOf"].into_iter().filter_map(|keyword| {
        let count = schema[keyword].as_array()?.len();
        let list = child(&pointer, keyword);
        Some((0..count).map(move |index| format!("{list}/{index}")))
    });
    lists.flatten().collect()
}

/// Follows references and every `allOf` of one.
fn plain<'c>(contract: &'c Contract, pointer: &str) -> Option<(String, &'c Value)> {
    let mut pointer = pointer.to_owned();
    let mut seen = BTreeSet::new();
    loop {
        let target = contract.resolve(&pointer).ok()?.0.into_owned();
        let schema = contract.get(&target)?;
        let is_wrapper = schema["allOf"].as_array().is_some_and(|members| members.len() == 1);
        if !is_wrapper {
            return Some((target, schema));
        }
        pointer = format!("{target}/allOf/0");
        if !seen.insert(target) {
            return None;
        }
    }
}

fn overlap(contract: &Contract, first: &str, second: &str, depth: usize) -> bool {
    let (Some(one), Some(other)) = (plain(contract, first), plain(contract, second)) else {
        return true;
    };
    if depth == 0 {
        return true;
    }
    for (one, other) in [(&one.0, &other.0), (&other.0, &one.0)] {
        let inner = inner(contract, one);
        // Beside `properties` they only narrow the object.
        if !inner.is_empty() && contract.get(one).is_some_and(|schema| schema["type"] != "object") {
            return inner.iter().any(|one| overlap(contract, one, other, depth - 1));
        }
    }
    let ((first, one), (second, other)) = (one, other);
    if let (Some(members), Some(others)) = (one["enum"].as_array(), other["enum"].as_array()) {
        return members.iter().any(|member| !member.is_null() && others.contains(member));
    }
    match (type_name(one), type_name(other)) {
        (Some("object"), Some("object")) => {
            objects_overlap(contract, (&first, one), (&second, other), depth)
        }
        (Some("integer"), Some("number")) | (Some("number"), Some("integer")) => true,
        (Some(one), Some(other)) => one == other,
        _ => true,
    }
}

/// Returns true unless a property that one of two objects requires decides between them.
fn objects_overlap(
    contract: &Contract,
    (first, one): (&str, &Value),
    (second, other): (&str, &Value),
    depth: usize,
) -> bool {
    let differs = |name: &str| {
        let [one, other] = [first, second].map(|at| child(&child(at, "properties"), name));
        let both = contract.get(&one).is_some() && contract.get(&other).is_some();
        let is_required = required(contract, first, name) || required(contract, second, name);
        both && is_required && !overlap(contract, &one, &other, depth - 1)
    };
    let lacks = |closed: &Value, pointer: &str, open: &Value| {
        let names = open["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
        let has = |name: &str| contract.get(&child(&child(pointer, "properties"), name)).is_some();
        closed["additionalProperties"] == Value::Bool(false)
            && names.into_iter().any(|name| !has(name))
    };
    let mut names = one["properties"].as_object().into_iter().flat_map(Map::keys);
    !names.any(|name| differs(name)) && !lacks(one, first, other) && !lacks(other, second, one)
}

/// Returns the type of a schema, or that of the members of its `enum`.
fn type_name(schema: &Value) -> Option<&str> {
    let members = || schema["enum"].as_array();
    let all_strings =
        || members()?.iter().all(|one| one.is_string() || one.is_null()).then_some("string");
    schema["type"].as_str().or_else(all_strings)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    fn contract(alternatives: &str) -> Contract {
        let text = format!(
            "openapi: 3.0.3
components:
  schemas:
    S: {{oneOf: {alternatives}}}
    Wrapped: {{allOf: [{{$ref: '#/components/schemas/S'}}]}}
    Closed: {{type: object, additionalProperties: false, properties: {{a: {{type: string}}}}}}
"
        );
        Contract::parse("c.yaml", &text).unwrap()
    }

    const LIST: &str = "/components/schemas/S/oneOf";

    #[test]
    fn overlap_is_denied_only_with_proof() {
        for (one, other, overlaps) in [
            ("type: string", "type: array, items: {}", false),
            ("type: string, format: uuid", "type: string", true),
            ("type: integer", "type: number", true),
            ("type: string, enum: [a]", "type: string, enum: [b]", false),
            ("type: string, enum: [a]", "type: string, enum: [b, a]", true),
            ("$ref: '#/components/schemas/Closed'", "type: object, required: [b]", false),
            ("$ref: '#/components/schemas/Closed'", "type: object, required: [a]", true),
            (
                "type: object, required: [t], properties: {t: {type: string, enum: [a]}}",
                "type: object, properties: {t: {type: string, enum: [b]}}",
                false,
            ),
            (
                "type: object, properties: {t: {type: string}}",
                "type: object, properties: {t: {type: boolean}}",
                true,
            ),
            ("anyOf: [{type: string}, {type: boolean}]", "type: integer", false),
            ("anyOf: [{type: string}, {type: boolean}]", "enum: [x]", true),
            ("$ref: '#/nowhere'", "type: string", true),
        ] {
            let contract = contract(&format!("[{{{one}}}, {{{other}}}]"));
            let at = |index| format!("{LIST}/{index}");
            assert_eq!(may_overlap(&contract, &at(0), &at(1)), overlaps, "{one} / {other}");
            assert_eq!(may_overlap(&contract, &at(1), &at(0)), overlaps, "{other} / {one}");
        }
    }

    #[test]
    fn alternatives_contain_themselves_in_the_same_or_in_any_value() {
        use Within::{AnyValue, SameValue};
        let wrapped = "$ref: '#/components/schemas/Wrapped'";
        for (alternative, same, any) in [
            (wrapped, true, true),
            (&*format!("anyOf: [{{{wrapped}}}]"), true, true),
            (&format!("type: array, items: {{{wrapped}}}"), false, true),
            (&format!("type: object, properties: {{a: {{{wrapped}}}}}"), false, true),
            (&format!("type: object, additionalProperties: {{{wrapped}}}"), false, true),
            ("$ref: '#/components/schemas/Closed'", false, false),
        ] {
            let contract = contract(&format!("[{{type: string}}, {{{alternative}}}]"));
            assert_eq!(contain_themselves(&contract, LIST, SameValue), same, "{alternative}");
            assert_eq!(contain_themselves(&contract, LIST, AnyValue), any, "{alternative}");
        }
    }
}
