//! Pieces of Rust source: comments, literals and `use` lines.

use std::collections::BTreeSet;

/// Returns `text` as a doc comment.
pub fn doc_comment(text: &str) -> String {
    text.trim().lines().map(|line| format!("/// {}\n", comment_line(line))).collect()
}

/// Returns a line without the invisible characters that Rust rejects in comments.
pub fn comment_line(line: &str) -> String {
    line.trim_end().replace(|one| one == '\r' || is_direction(one), " ")
}

/// Returns true for the Unicode characters that change the direction of text.
fn is_direction(character: char) -> bool {
    matches!(character, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// Returns `text` as a string literal; a raw one if `text` contains quotes or backslashes.
pub fn literal(text: &str) -> String {
    let plain = format!("{text:?}");
    let escaped = text.contains(['"', '\\']);
    match text.contains('"') {
        _ if !escaped
            || text.contains("\"#")
            || text.chars().any(|one| one.is_control() || is_direction(one)) =>
        {
            plain
        }
        true => format!("r#\"{text}\"#"),
        false => format!("r\"{text}\""),
    }
}

/// Returns the `use` lines for those names that `source` mentions. `paths` lists names by their path.
pub fn use_lines(source: &str, paths: &[(&str, &[&str])]) -> String {
    let code: Vec<_> =
        source.lines().filter(|line| !line.trim_start().starts_with("///")).collect();
    let code = code.join("\n");
    let words: BTreeSet<_> =
        code.split(|one: char| !(one.is_alphanumeric() || one == '_')).collect();
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

/// Returns an integer literal with `_` between groups of three digits, as clippy requires.
pub fn integer_literal(value: i64) -> String {
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
