//! Names and texts of the contract as Rust writes them.

use std::collections::BTreeSet;

use heck::{ToSnakeCase, ToUpperCamelCase};

/// The name of a type or variant.
pub fn type_name(name: &str) -> String {
    escape(name.to_upper_camel_case())
}

/// The name of a field or function.
pub fn field_name(name: &str) -> String {
    escape(name.to_snake_case())
}

/// The wanted name, or the next with a number behind it that is not taken.
pub fn free(wanted: &str, is_taken: impl Fn(&str) -> bool) -> String {
    let mut name = wanted.to_owned();
    let mut number = 2;
    while is_taken(&name) {
        name = format!("{wanted}{number}");
        number += 1;
    }
    name
}

/// Makes an identifier of it: digits cannot begin one, and keywords are written raw.
fn escape(name: String) -> String {
    let first = name.chars().next();
    if first.is_none_or(|first| !(first.is_alphabetic() || first == '_')) {
        return format!("_{name}");
    }
    match name.as_str() {
        // These four cannot be raw identifiers.
        "self" | "Self" | "super" | "crate" => format!("{name}_"),
        _ if syn::parse_str::<syn::Ident>(&name).is_err() => format!("r#{name}"),
        _ => name,
    }
}

/// A text as a doc comment.
pub fn docs(text: &str) -> String {
    text.trim().lines().map(|line| format!("/// {}\n", line.trim_end())).collect()
}

/// A text as a string literal, raw where that is easier to read.
pub fn literal(text: &str) -> String {
    let plain = format!("{text:?}");
    let escaped = text.contains(['"', '\\']);
    match text.contains('"') {
        _ if !escaped || text.contains("\"#") || text.chars().any(char::is_control) => plain,
        true => format!("r#\"{text}\"#"),
        false => format!("r\"{text}\""),
    }
}

/// The `use` lines for those names that `source` mentions: each path with its names.
pub fn uses(source: &str, paths: &[(&str, &[&str])]) -> String {
    let code: Vec<_> =
        source.lines().filter(|line| !line.trim_start().starts_with("///")).collect();
    let code = code.join("\n");
    let words: BTreeSet<_> =
        code.split(|letter: char| !(letter.is_alphanumeric() || letter == '_')).collect();
    let line = |(path, names): &(&str, &[&str])| {
        let names: Vec<_> = names.iter().copied().filter(|name| words.contains(name)).collect();
        match names.as_slice() {
            [] => String::new(),
            [name] => format!("use {path}::{name};\n"),
            names => format!("use {path}::{{{}}};\n", names.join(", ")),
        }
    };
    paths.iter().map(line).collect()
}

/// A whole number with `_` between its thousands, as clippy wants long ones.
pub fn number(value: i64) -> String {
    let digits = value.unsigned_abs().to_string();
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push('_');
        }
        grouped.push(digit);
    }
    if value < 0 { format!("-{grouped}") } else { grouped }
}
