//! Texts of a contract inside of Markdown.

use std::borrow::Cow;

/// Returns Markdown on one line that shows a text as it is: it can neither format what follows, nor link,
/// nor mention a user of a code host. An unsuspicious text is returned unchanged, so that what it has
/// between backticks is shown as code; any other one is shown as code as a whole.
pub(crate) fn literal(text: &str) -> Cow<'_, str> {
    const HARMLESS: &str = " `,.:;/{}[]()_-=\"'";
    let is_harmless = |character: char| {
        character.is_alphanumeric() || HARMLESS.contains(character) || character == '…'
    };
    let links = ["](", "]:", "][", "://", "www."];
    let lower = text.to_lowercase();
    // `/_a_/` would be emphasis.
    let is_word = |character: Option<char>| character.is_some_and(char::is_alphanumeric);
    let emphasizes = |(at, _): (usize, &str)| {
        !is_word(text[..at].chars().next_back()) || !is_word(text[at + 1..].chars().next())
    };
    // A backtick without a partner would pair with one of the text that follows.
    if text.chars().all(is_harmless)
        && text.matches('`').count().is_multiple_of(2)
        && !links.iter().any(|link| lower.contains(link))
        && !text.match_indices('_').any(emphasizes)
    {
        return Cow::Borrowed(text);
    }
    // A line break would end the paragraph; control characters are shown as escapes.
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let line: String = line
        .chars()
        .flat_map(|character| match character.is_control() {
            true => character.escape_default().collect::<Vec<_>>(),
            false => vec![character],
        })
        .collect();
    let longest = line.split(|character| character != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest + 1);
    // The whole text is already one piece of code.
    if longest == 1 && line.len() > 2 && line.matches('`').count() == 2 {
        let inside = line.strip_prefix('`').and_then(|line| line.strip_suffix('`'));
        if inside.is_some() {
            return Cow::Owned(line);
        }
    }
    let space = if line.starts_with('`') || line.ends_with('`') { " " } else { "" };
    Cow::Owned(format!("{fence}{space}{line}{space}{fence}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use pulldown_cmark::{Event, Parser, Tag, TagEnd};

    /// Returns the text that a browser shows, if the Markdown is one paragraph of text and code.
    fn shown(markdown: &str) -> Option<String> {
        let mut shown = String::new();
        for event in Parser::new_ext(markdown, crate::html::MARKDOWN) {
            match event {
                Event::Text(text) | Event::Code(text) => shown.push_str(&text),
                Event::Start(Tag::Paragraph) | Event::End(TagEnd::Paragraph) => {}
                _ => return None,
            }
        }
        Some(shown)
    }

    #[test]
    fn literal_shows_hostile_text_as_it_is() {
        for text in [
            "a @everyone",
            "` @someone `",
            "`a` @someone `b`",
            "[x](javascript:alert)",
            "<!-- marker --> <img src=x>",
            "**bold** ~~gone~~ #12 user/repo#1",
            "a ``` b `` c",
            "`x",
            "www.example.com and https://example.com",
            "::error::x",
            "a | b",
            "GET /_a_/b",
            "`a: <b>`",
            "&lt;\\",
        ] {
            let markdown = literal(text);
            let shown = shown(&markdown).unwrap_or_else(|| panic!("{text}: {markdown}"));
            // Text that is code already is shown without its backticks.
            let code = text.trim_matches(['`', ' ']);
            assert!(shown == text || shown == code, "{text}: {markdown}: {shown}");
            assert!(!markdown.contains('\n'), "{markdown}");
        }
        assert_eq!(literal("a ` b"), "``a ` b``");
        assert_eq!(literal("a\n\n# b"), "`a # b`");
        assert_eq!(literal("a\u{1b}[0m"), "`a\\u{1b}[0m`");
        assert_eq!(literal("GET /a/{id}, request body, `a.b`"), "GET /a/{id}, request body, `a.b`");
        assert_eq!(literal("`maximum: 5`"), "`maximum: 5`");
    }
}
