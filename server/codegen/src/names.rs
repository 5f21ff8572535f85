//! Rust identifiers for the names in a contract.

use heck::{ToSnakeCase, ToUpperCamelCase};

use crate::imports::reserved_names;

/// Returns the type name of a component.
pub fn component_name(name: &str) -> String {
    let name = type_name(name);
    if is_reserved(&name) { format!("{name}Type") } else { name }
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
pub fn function_name(id: &str) -> String {
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
