//! Pieces of Rust source: comments and literals.

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
