//! Pieces of Rust source: comments and literals.

use serde_json::Value;

use crate::merged::IMPLIED_TYPE;

/// Returns `text` as a doc comment.
pub fn doc_comment(text: &str) -> String {
    text.trim().lines().map(|line| format!("/// {}\n", comment_line(line))).collect()
}

/// Returns the doc comment of a schema, parameter or header: its description, and what Dropshot cannot
/// emit of it.
pub fn documentation(value: &Value) -> String {
    let is = |keyword: &str| {
        [value, &value["schema"]].iter().any(|one| one[keyword] == Value::Bool(true))
    };
    let notes = [
        ("deprecated", "Deprecated."),
        ("readOnly", "Read-only: the server sends it, and clients do not."),
        ("writeOnly", "Write-only: clients send it, and the server does not."),
        (
            IMPLIED_TYPE,
            "The contract states no type: this is the one that its other keywords are about.",
        ),
    ];
    let notes = notes.into_iter().filter(|(keyword, _)| is(keyword)).map(|(_, note)| note);
    let description = value["description"].as_str().map(str::trim);
    let parts: Vec<_> =
        description.filter(|text| !text.is_empty()).into_iter().chain(notes).collect();
    doc_comment(&parts.join("\n\n"))
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
