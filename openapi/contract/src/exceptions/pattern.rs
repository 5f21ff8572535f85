//! Patterns of locations.

use std::fmt::{self, Display, Formatter};

/// A text in which `*` stands for any text, the empty one included. A crate for globs was rejected: in
/// paths and JSON pointers, `{`, `[` and `?` mean themselves.
#[derive(Debug)]
pub(super) struct Pattern(String);

impl Pattern {
    pub fn new(text: &str) -> Self {
        Pattern(text.to_owned())
    }

    /// Returns true if the whole `text` matches.
    pub fn matches(&self, text: &str) -> bool {
        let Some((first, rest)) = self.0.split_once('*') else { return self.0 == text };
        let Some(mut text) = text.strip_prefix(first) else { return false };
        let (between, last) = rest.rsplit_once('*').unwrap_or(("", rest));
        // The earliest occurrence leaves the most text for what follows.
        for part in between.split('*') {
            let Some(at) = text.find(part) else { return false };
            text = &text[at + part.len()..];
        }
        text.ends_with(last)
    }
}

impl Display for Pattern {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcard_stands_for_any_text() {
        for (pattern, text, expected) in [
            ("/a", "/a", true),
            ("/a", "/ab", false),
            ("*", "", true),
            ("/a/*", "/a/b/c", true),
            ("/a/*", "/a", false),
            ("*/{id}", "GET /a/{id}", true),
            ("*/{id}", "GET /a/{id}/b", false),
            ("* /a*/b*/c", "PUT /a/b/b/x/c", true),
            ("* /a*/b*/c", "PUT /a/c", false),
            ("a*a", "a", false),
            ("a**b*ä", "axbä", true),
            ("**", "x", true),
        ] {
            assert_eq!(Pattern::new(pattern).matches(text), expected, "{pattern} {text}");
        }
    }
}
