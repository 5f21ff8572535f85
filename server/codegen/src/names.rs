//! Names and texts of the contract as Rust writes them.

use std::collections::BTreeSet;

use heck::{ToSnakeCase, ToUpperCamelCase};

/// Names that generated source uses for something else, so no type may have them.
pub const RESERVED: [&str; 40] = [
    "ApiEndpointResponse",
    "ArrayConstraints",
    "Body",
    "Box",
    "Deserialize",
    "Err",
    "FormBody",
    "HeaderParameters",
    "HttpError",
    "HttpResponse",
    "HttpResponseHeaders",
    "HttpResponseOk",
    "IntegerConstraints",
    "Into",
    "JsonBody",
    "JsonSchema",
    "None",
    "NumberConstraints",
    "Ok",
    "Option",
    "PageParameters",
    "Patch",
    "PathParameters",
    "QueryParameters",
    "RequestContext",
    "Response",
    "Result",
    "Send",
    "Serialize",
    "Sized",
    "Some",
    "StatusCode",
    "String",
    "StringConstraints",
    "Sync",
    "Timestamp",
    "ToOwned",
    "Vec",
    "From",
    "Default",
];

/// The name of the type of a component.
pub fn component_name(name: &str) -> String {
    let name = type_name(name);
    if RESERVED.contains(&name.as_str()) { format!("{name}Type") } else { name }
}

/// The name of a type or variant.
pub fn type_name(name: &str) -> String {
    identifier(name, &name.to_upper_camel_case(), 'U')
}

/// The name of a field or function.
pub fn field_name(name: &str) -> String {
    identifier(name, &name.to_snake_case(), 'u')
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

/// The name of an operation's function. Dropshot makes other names of it, so it cannot be raw.
pub fn function_name(id: &str) -> String {
    let name = field_name(id);
    name.strip_prefix("r#").map_or_else(|| name.clone(), |plain| format!("{plain}_"))
}

/// Makes an identifier of a name, `cased` as Rust wants it: digits cannot begin one, keywords are
/// written raw, and what Rust takes in no identifier is written as its number, after `letter`.
fn identifier(name: &str, cased: &str, letter: char) -> String {
    let takes = |text: &str| syn::parse_str::<syn::Ident>(text).is_ok();
    let numbered = |one: char| format!("{letter}{:x}", u32::from(one));
    let plain = |one: char| {
        let taken = one.is_ascii_alphanumeric() || one == '_' || takes(&format!("a{one}"));
        if taken { one.to_string() } else { numbered(one) }
    };
    let mut ident: String = cased.chars().map(plain).collect();
    if ident.is_empty() {
        // Nothing but punctuation, or nothing at all.
        ident = name.chars().map(numbered).collect();
    }
    if ident.is_empty() {
        return format!("{letter}");
    }
    match ident.as_str() {
        // These four cannot be raw identifiers.
        "self" | "Self" | "super" | "crate" => format!("{ident}_"),
        _ if takes(&ident) => ident,
        _ if takes(&format!("r#{ident}")) => format!("r#{ident}"),
        _ => format!("_{ident}"),
    }
}

/// A text as a doc comment.
pub fn docs(text: &str) -> String {
    text.trim().lines().map(|line| format!("/// {}\n", comment(line))).collect()
}

/// A line as it may stand in a comment: Rust refuses some letters there that nobody sees.
pub fn comment(line: &str) -> String {
    line.trim_end().replace(|letter| letter == '\r' || is_direction(letter), " ")
}

/// Letters that turn the direction of a text around.
fn is_direction(letter: char) -> bool {
    matches!(letter, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// A text as a string literal, raw where that is easier to read.
pub fn literal(text: &str) -> String {
    let plain = format!("{text:?}");
    let escaped = text.contains(['"', '\\']);
    match text.contains('"') {
        _ if !escaped
            || text.contains("\"#")
            || text.chars().any(|letter| letter.is_control() || is_direction(letter)) =>
        {
            plain
        }
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
