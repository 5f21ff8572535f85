//! Patterns of strings, for an engine that compiles in a third of the time.
//!
//! progenitor writes `regress`, which knows all of ECMA-262 and costs a consumer as much as all the
//! rest of this crate. What contracts usually say means the same to `regex-lite`; the few things that
//! it takes for something else are an error at their place.

use serde_json::Value;
use syn::{Path, parse_quote};

use agenthuman_contract::{Contract, ContractError, child};

/// The engine in place of progenitor's.
pub fn engine(path: &Path) -> Option<Path> {
    let segments: Vec<_> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
    match segments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["regress", "Regex", "new"] => Some(parse_quote!(::regex_lite::Regex::new)),
        ["regress", "Regex"] => Some(parse_quote!(::regex_lite::Regex)),
        _ => None,
    }
}

/// Checks the pattern of the schema at `pointer`, if it has one.
pub fn check(contract: &Contract, pointer: &str, schema: &Value) -> Result<(), ContractError> {
    let Some(pattern) = schema["pattern"].as_str().filter(|_| schema["type"] == "string") else {
        return Ok(());
    };
    let refuse = |problem: String| {
        let message = format!("the client cannot express this pattern: {problem}");
        Err(contract.error(&child(pointer, "pattern"), message))
    };
    if let Some(construct) = means_something_else(pattern) {
        return refuse(format!("`{construct}` is another thing in ECMA-262 than in Rust"));
    }
    match regex_lite::Regex::new(pattern) {
        Ok(_) => Ok(()),
        Err(error) => refuse(error.to_string()),
    }
}

/// The first construct that regex-lite accepts and takes for something else.
fn means_something_else(pattern: &str) -> Option<&'static str> {
    let mut letters = pattern.chars().peekable();
    let mut in_class = false;
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => match letters.next() {
                // ECMA-262: all white space of Unicode; here: that of ASCII
                Some('s') => return Some("\\s"),
                Some('S') => return Some("\\S"),
                // here: the beginning and the end of the text; there: letters
                Some('A') => return Some("\\A"),
                Some('z') => return Some("\\z"),
                _ => {}
            },
            ']' => in_class = false,
            // there: nothing, or everything; here: a class that begins with `]`
            '[' if !in_class => {
                in_class = true;
                let negated = letters.next_if_eq(&'^').is_some();
                if letters.peek() == Some(&']') {
                    return Some(if negated { "[^]" } else { "[]" });
                }
            }
            // there: a letter of the class; here: a class in the class, or an operation of two
            '[' => return Some("[ in a class"),
            '&' | '-' | '~' if in_class && letters.peek() == Some(&letter) => {
                return Some("a letter twice in a class");
            }
            // there: no line separators of Unicode either
            '.' if !in_class => return Some("."),
            _ => {}
        }
    }
    None
}
