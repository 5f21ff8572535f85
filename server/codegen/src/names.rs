//! Rust identifiers for the names in a contract.

use std::collections::BTreeMap;

use agenthuman_contract::{Contract, METHODS, child};
use heck::{ToSnakeCase, ToUpperCamelCase};
use serde_json::Map;

use crate::imports::reserved_names;

/// The location of the schemas that have a name in the contract.
pub const COMPONENTS: &str = "/components/schemas";

/// Returns the type name of each component, by its location. Of components with the same name, the
/// second one gets a number.
pub fn component_names(contract: &Contract) -> BTreeMap<String, String> {
    let components = contract.document()["components"]["schemas"].as_object();
    let components = components.into_iter().flat_map(Map::keys);
    distinct(components.map(|component| {
        let name = type_name(component);
        let name = if is_reserved(&name) { format!("{name}Type") } else { name };
        (child(COMPONENTS, component), name)
    }))
}

/// Returns the function name of each operation, by its location. Of operations with the same name, the
/// second one gets a number.
pub fn function_names(contract: &Contract) -> BTreeMap<String, String> {
    let paths = contract.document()["paths"].as_object().into_iter().flatten();
    let operations = paths.flat_map(|(path, item)| {
        let methods = METHODS.into_iter().filter(|method| item.get(method).is_some());
        methods.map(|method| child(&child("/paths", path), method))
    });
    distinct(operations.map(|location| {
        let name = function_name(&contract.operation_id(&location));
        (location, name)
    }))
}

/// Makes names distinct, each of which belongs to a location.
fn distinct(names: impl Iterator<Item = (String, String)>) -> BTreeMap<String, String> {
    let mut taken = std::collections::HashSet::new();
    let distinct = |(location, name): (String, String)| {
        let name = free_name(&name, |name| taken.contains(name));
        taken.insert(name.clone());
        (location, name)
    };
    names.map(distinct).collect()
}

/// Returns true if no generated type may have this name.
pub fn is_reserved(name: &str) -> bool {
    reserved_names().any(|reserved| reserved == name)
}

/// Returns the name of a type or variant.
pub fn type_name(name: &str) -> String {
    identifier(name, &name.to_upper_camel_case(), 'U')
}

/// Returns the name of a field or argument.
pub fn field_name(name: &str) -> String {
    identifier(name, &name.to_snake_case(), 'u')
}

/// Returns `wanted`, with a number appended if the name is taken.
pub fn free_name(wanted: &str, is_taken: impl Fn(&str) -> bool) -> String {
    let mut name = wanted.to_owned();
    let mut number = 2;
    while is_taken(&name) {
        name = format!("{wanted}{number}");
        number += 1;
    }
    name
}

/// Returns the function name of an operation. Dropshot derives other names from it, so it cannot be
/// a raw identifier.
fn function_name(id: &str) -> String {
    let name = field_name(id);
    name.strip_prefix("r#").map_or_else(|| name.clone(), |plain| format!("{plain}_"))
}

/// Returns the identifier for `name`, whose form in Rust's case is `cased`.
///
/// A keyword becomes a raw identifier. An identifier that would begin with a digit gets a leading
/// `_`. A character that no identifier may contain becomes `letter` and its code point in hexadecimal.
fn identifier(name: &str, cased: &str, letter: char) -> String {
    // syn does not know the keyword of edition 2024.
    let is_identifier = |text: &str| text != "gen" && syn::parse_str::<syn::Ident>(text).is_ok();
    let code_point = |one: char| format!("{letter}{:x}", u32::from(one));
    let character = |one: char| {
        let is_allowed =
            one.is_ascii_alphanumeric() || one == '_' || is_identifier(&format!("a{one}"));
        if is_allowed { one.to_string() } else { code_point(one) }
    };
    let mut ident: String = cased.chars().map(character).collect();
    if ident.is_empty() {
        // The name has no letter or digit.
        ident = name.chars().map(code_point).collect();
    }
    if ident.is_empty() {
        return format!("{letter}");
    }
    match ident.as_str() {
        // These keywords cannot be raw identifiers.
        "self" | "Self" | "super" | "crate" => format!("{ident}_"),
        _ if is_identifier(&ident) => ident,
        _ if is_identifier(&format!("r#{ident}")) => format!("r#{ident}"),
        _ => format!("_{ident}"),
    }
}
