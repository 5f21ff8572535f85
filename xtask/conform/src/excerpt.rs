//! Shortens texts that findings and case names repeat.

use serde_json::Value;

/// Longest excerpt of a response, in characters.
const RESPONSE_CHARACTERS: usize = 200;

/// Longest excerpt of a test value, in characters: it is part of the title of a finding.
const VALUE_CHARACTERS: usize = 40;

/// Returns the beginning of a response or of a part of it.
pub(crate) fn excerpt(text: &str) -> String {
    match split(text, RESPONSE_CHARACTERS) {
        Some(start) => format!("{start}…"),
        None => text.to_owned(),
    }
}

/// Returns the beginning of a test value as a JSON string.
pub(crate) fn quoted_excerpt(text: &str) -> String {
    match split(text, VALUE_CHARACTERS) {
        Some(start) => format!("{}…", Value::from(start)),
        None => Value::from(text).to_string(),
    }
}

/// Returns the first `characters` of a longer text; `None` if the text is not longer.
fn split(text: &str, characters: usize) -> Option<&str> {
    text.char_indices().nth(characters).map(|(end, _)| &text[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn excerpt_counts_characters_and_not_bytes() {
        let text = "é".repeat(RESPONSE_CHARACTERS);
        assert_eq!(excerpt(&text), text);
        assert_eq!(excerpt(&format!("{text}é")), format!("{text}…"));
    }

    #[test]
    fn quoted_excerpt_escapes_and_marks_what_is_cut() {
        assert_eq!(quoted_excerpt("a\n"), r#""a\n""#);
        let text = "a".repeat(VALUE_CHARACTERS);
        assert_eq!(quoted_excerpt(&format!("{text}b")), format!("\"{text}\"…"));
    }
}
