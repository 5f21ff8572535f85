//! Texts of limited length, for messages.

use std::borrow::Cow;

/// The largest number of characters of a value that a message quotes. A response must not grow with
/// the request.
pub(crate) const MAX_QUOTED_CHARS: usize = 64;

/// Returns the first `max_chars` characters of `text`, followed by `…` if there are more.
///
/// ```
/// use agenthuman_server_runtime::text;
///
/// assert_eq!(text::shortened("Emma", 4), "Emma");
/// assert_eq!(text::shortened("Persuasion", 4), "Pers…");
/// ```
pub fn shortened(text: &str, max_chars: usize) -> Cow<'_, str> {
    match beginning(text, max_chars) {
        Some(beginning) => Cow::Owned(format!("{beginning}…")),
        None => Cow::Borrowed(text),
    }
}

/// Returns the beginning of `text` in quotes, escaped as in a Rust string literal.
pub(crate) fn quoted(text: &str) -> String {
    match beginning(text, MAX_QUOTED_CHARS) {
        Some(beginning) => format!("{beginning:?}…"),
        None => format!("{text:?}"),
    }
}

/// Returns the first `max_chars` characters of `text` if there are more.
fn beginning(text: &str, max_chars: usize) -> Option<&str> {
    text.char_indices().nth(max_chars).map(|(end, _)| &text[..end])
}
