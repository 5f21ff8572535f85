//! Highlights code when a page is generated, so that no page loads a highlighter.
//!
//! Crates such as `syntect` were rejected: they ship grammars of megabytes, and the pages show four
//! simple languages.

use crate::html::escape;

/// The lexical rules of a language.
struct Rules {
    /// The beginning of a comment, which ends with the line.
    comment: &'static str,
    quotes: &'static [char],
    keywords: &'static [&'static str],
    /// True if names with an upper case first letter are types.
    types: bool,
    /// True if `$NAME` is a variable and `--name` is a flag.
    shell: bool,
}

const JSON: Rules = Rules {
    comment: "\0",
    quotes: &['"'],
    keywords: &["true", "false", "null"],
    types: false,
    shell: false,
};

const SHELL: Rules = Rules {
    comment: "# ",
    quotes: &['"', '\''],
    keywords: &["export", "curl", "cargo"],
    types: false,
    shell: true,
};

const RUST: Rules = Rules {
    comment: "//",
    quotes: &['"'],
    keywords: &[
        "async", "await", "else", "fn", "for", "if", "impl", "in", "let", "match", "mod", "mut",
        "pub", "return", "struct", "use", "while",
    ],
    types: true,
    shell: false,
};

const TOML: Rules = Rules {
    comment: "#",
    quotes: &['"'],
    keywords: &["true", "false"],
    types: false,
    shell: false,
};

/// Returns the HTML of a code block: its text, with a class for each kind of token.
pub(crate) fn highlight(language: &str, text: &str) -> String {
    let language = language.split([',', ' ']).next().unwrap_or_default();
    match language {
        "json" => tokens(&JSON, text),
        "sh" | "shell" => tokens(&SHELL, text),
        "rust" => tokens(&RUST, text),
        "toml" => tokens(&TOML, text),
        _ => escape(text),
    }
}

fn tokens(rules: &Rules, text: &str) -> String {
    let mut html = String::new();
    let mut rest = text;
    let mut before = '\n';
    while let Some(first) = rest.chars().next() {
        let (length, class) = token(rules, rest, first, before);
        let (token, after) = rest.split_at(length);
        match class {
            "" => html.push_str(&escape(token)),
            class => html.push_str(&format!("<span class=\"{class}\">{}</span>", escape(token))),
        }
        before = token.chars().next_back().unwrap_or(first);
        rest = after;
    }
    html
}

/// Returns the length of the first token of `rest`, and its class.
fn token(rules: &Rules, rest: &str, first: char, before: char) -> (usize, &'static str) {
    let is_word = |character: char| character.is_alphanumeric() || character == '_';
    let length = |of: &dyn Fn(char) -> bool| rest.find(|next| !of(next)).unwrap_or(rest.len());
    if rest.starts_with(rules.comment) && !is_word(before) {
        return (rest.find('\n').unwrap_or(rest.len()), "hl-comment");
    }
    if rules.quotes.contains(&first) {
        let end = string_end(rest, first);
        let is_key = rest[end..].trim_start().starts_with(':') && rules.keywords == JSON.keywords;
        return (end, if is_key { "hl-key" } else { "hl-string" });
    }
    if rules.shell && first == '$' {
        let is_name = |character| is_word(character) || "${}".contains(character);
        return (length(&is_name), "hl-key");
    }
    if rules.shell && first == '-' && before.is_whitespace() {
        let is_flag = |character: char| character.is_ascii_alphanumeric() || character == '-';
        return (length(&is_flag), "hl-keyword");
    }
    if first.is_ascii_digit() && !is_word(before) {
        let is_number = |character| is_word(character) || character == '.';
        return (length(&is_number), "hl-number");
    }
    if is_word(first) {
        let end = length(&is_word);
        let class = match &rest[..end] {
            word if rules.keywords.contains(&word) => "hl-keyword",
            _ if rules.types && first.is_uppercase() => "hl-key",
            _ => "",
        };
        return (end, class);
    }
    (first.len_utf8(), "")
}

/// Returns the length of a string with its quotes. A string without an end ends with the text.
fn string_end(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, character) in text.char_indices().skip(1) {
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if character == quote => return at + 1,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the text of HTML without elements and character references.
    fn shown(html: &str) -> String {
        let mut text = String::new();
        for part in html.split('<') {
            text.push_str(part.split_once('>').map_or(part, |(_, text)| text));
        }
        text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
    }

    #[test]
    fn highlight_changes_no_text() {
        for text in ["{\"a\\\"\": [null, 1.5e3]} <script>", "'open", "\"open\\", "é “x” -- $", ""]
        {
            for language in ["json", "sh", "rust", "toml", "text"] {
                assert_eq!(shown(&highlight(language, text)), text, "{language}");
            }
        }
    }

    #[test]
    fn highlight_marks_tokens() {
        assert_eq!(
            highlight("json", "{\"a\": null}"),
            "{<span class=\"hl-key\">&quot;a&quot;</span>: <span class=\"hl-keyword\">null</span>}"
        );
        assert!(highlight("sh", "curl --data '{}'").contains("<span class=\"hl-keyword\">--data<"));
        assert!(highlight("rust", "let x1 = 5; // five").contains("class=\"hl-comment\">// five<"));
    }
}
