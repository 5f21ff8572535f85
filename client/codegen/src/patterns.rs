//! Patterns of strings, for the engine `regex-lite`.
//!
//! progenitor writes code for `regress`, which supports all of ECMA-262 and takes as long to compile
//! as the rest of the client. `regex-lite` compiles in a third of the time. It interprets the usual
//! patterns in the same way; the few constructs that it interprets differently are not supported.

use syn::{Path, parse_quote};

/// Returns the path in `regex-lite` that replaces a path in `regress`.
pub fn regex_lite_path(path: &Path) -> Option<Path> {
    let segments: Vec<_> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
    match segments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["regress", "Regex", "new"] => Some(parse_quote!(::regex_lite::Regex::new)),
        ["regress", "Regex"] => Some(parse_quote!(::regex_lite::Regex)),
        _ => None,
    }
}

/// Returns the reason why a pattern is not supported, if it is not.
pub fn problem(pattern: &str) -> Option<String> {
    if let Some(construct) = ambiguous_construct(pattern) {
        return Some(format!("a pattern with `{construct}`, which differs in ECMA-262 and Rust"));
    }
    let error = regex_lite::Regex::new(pattern).err()?;
    Some(format!("the pattern `{pattern}`: {error}"))
}

/// Returns the first construct that `regex-lite` accepts and interprets differently from ECMA-262.
fn ambiguous_construct(pattern: &str) -> Option<&'static str> {
    let mut letters = pattern.chars().peekable();
    let mut in_class = false;
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => match letters.next() {
                // ECMA-262: Unicode white space; regex-lite: ASCII white space
                Some('s') => return Some("\\s"),
                Some('S') => return Some("\\S"),
                // ECMA-262: the letters; regex-lite: the start and the end of the text
                Some('A') => return Some("\\A"),
                Some('z') => return Some("\\z"),
                _ => {}
            },
            ']' => in_class = false,
            // ECMA-262: nothing or everything; regex-lite: a class whose first letter is `]`
            '[' if !in_class => {
                in_class = true;
                let negated = letters.next_if_eq(&'^').is_some();
                if letters.peek() == Some(&']') {
                    return Some(if negated { "[^]" } else { "[]" });
                }
            }
            // ECMA-262: a letter of the class; regex-lite: a nested class or a set operation
            '[' => return Some("[ in a class"),
            '&' | '-' | '~' if in_class && letters.peek() == Some(&letter) => {
                return Some("a letter twice in a class");
            }
            // ECMA-262: excludes all Unicode line separators
            '.' if !in_class => return Some("."),
            _ => {}
        }
    }
    None
}
