//! Removes everything from Markdown that a browser would execute or load: HTML, URLs such as
//! `javascript:`, and images of other hosts.
//!
//! All pages show texts of the contract, and the API server serves them beside the API, so a script in a
//! description could read the API keys that its readers enter. HTML is shown as text. The Markdown is
//! changed, and not the HTML that is made from it, so that the Markdown twins of the pages are as harmless
//! as the pages.
//!
//! A list of allowed HTML elements was rejected: a description needs none that Markdown does not have.

use std::ops::Range;

use pulldown_cmark::{Event, LinkType, Parser, Tag};

use crate::html;

/// The schemes that the URL of a link may have.
const SCHEMES: [&str; 3] = ["http", "https", "mailto"];

/// Returns Markdown that contains neither HTML, nor links with other schemes than [`SCHEMES`], nor
/// images of other hosts.
pub(crate) fn markdown(text: &str) -> String {
    let mut text = text.to_owned();
    // What follows an escaped tag is read as Markdown, and can contain the next one. Each edit removes a
    // character that begins one, so this ends.
    loop {
        let edits: Vec<_> = Parser::new_ext(&text, html::MARKDOWN)
            .into_offset_iter()
            .filter_map(|(event, range)| edit(&text, &event, range))
            .collect();
        if edits.is_empty() {
            return text;
        }
        for (range, with) in edits.into_iter().rev() {
            text.replace_range(range, with);
        }
    }
}

/// Returns the edit that makes an element harmless: a range of one character, and its replacement.
fn edit(
    text: &str,
    event: &Event<'_>,
    range: Range<usize>,
) -> Option<(Range<usize>, &'static str)> {
    let first = |character: char| {
        let at = range.start + text[range.clone()].find(character)?;
        Some(at..at + character.len_utf8())
    };
    match event {
        Event::Start(Tag::HtmlBlock) | Event::InlineHtml(_) => Some((first('<')?, "&lt;")),
        Event::Start(Tag::Link { link_type: LinkType::Email, .. }) => None,
        Event::Start(Tag::Link { link_type: LinkType::Autolink, dest_url, .. }) => {
            if is_harmless(dest_url) { None } else { Some((first('<')?, "&lt;")) }
        }
        Event::Start(Tag::Link { dest_url, .. }) => {
            if is_harmless(dest_url) {
                None
            } else {
                Some((first('[')?, "&#91;"))
            }
        }
        // Without the `!` it is a link.
        Event::Start(Tag::Image { dest_url, .. }) => {
            if is_in_site(dest_url) {
                None
            } else {
                Some((first('!')?, ""))
            }
        }
        _ => None,
    }
}

/// Returns true if nothing is executed when a reader follows the URL.
fn is_harmless(url: &str) -> bool {
    scheme(url).is_none_or(|scheme| SCHEMES.contains(&scheme.to_ascii_lowercase().as_str()))
}

/// Returns true if a browser loads the URL from the site.
fn is_in_site(url: &str) -> bool {
    let path = stripped(url).replace('\\', "/");
    scheme(url).is_none() && !path.starts_with("//")
}

/// Returns the scheme of a URL; `None` if it is relative.
fn scheme(url: &str) -> Option<String> {
    let url = stripped(url);
    let (scheme, _) = url.split_once(':')?;
    (!scheme.contains(['/', '?', '#', '\\'])).then(|| scheme.to_owned())
}

/// Returns a URL without the characters that browsers ignore in it: controls and spaces.
fn stripped(url: &str) -> String {
    url.chars().filter(|character| !character.is_control() && !character.is_whitespace()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the HTML of Markdown, as on a page.
    fn rendered(text: &str) -> String {
        html::Converter::new(&str::to_owned).markdown(text)
    }

    #[test]
    fn html_is_shown_as_text() {
        for (text, tag) in [
            ("<script>alert(1)</script>", "<script"),
            ("Text <script>alert(1)</script> text", "<script"),
            ("<SCRIPT\n>alert(1)</SCRIPT>", "<SCRIPT"),
            ("<img src=x onerror=alert(1)>", "<img"),
            ("Text <b onclick=\"alert(1)\">x</b>", "<b "),
            ("<svg/onload=alert(1)>", "<svg"),
            ("<iframe src=\"https://example.com\"></iframe>", "<iframe"),
            ("<details open ontoggle=alert(1)>", "<details"),
            ("<style>* { display: none }</style>", "<style"),
            ("<!-- x --><script>alert(1)</script>", "<script"),
            ("<!-- never closed\n\n<script>alert(1)</script>", "<script"),
            ("<div>\n\n<script>alert(1)</script>\n\n</div>", "<script"),
            ("<pre>\n<script>alert(1)</script>", "<script"),
            ("<![CDATA[<script>alert(1)</script>", "<script"),
            ("<?x <script>alert(1)</script>", "<script"),
            ("| a |\n| --- |\n| <script>alert(1)</script> |", "<script"),
            ("- <iframe srcdoc=x>", "<iframe"),
            ("> <script>alert(1)</script>", "<script"),
            ("<a href=\"javascript:alert(1)\">x</a>", "<a "),
        ] {
            let html = rendered(text);
            assert!(!html.contains(tag), "{text}: {html}");
            assert!(html.contains("&lt;"), "{text}: {html}");
        }
    }

    #[test]
    fn link_has_no_other_scheme() {
        for text in [
            "[x](javascript:alert(1))",
            "[x](JavaScript:alert(1))",
            "[x](<java\tscript:alert(1)>)",
            "[x](\u{1}javascript:alert(1))",
            "[x](javascript&#58;alert(1))",
            "[x](&#106;avascript:alert(1))",
            "[x](vbscript:x)",
            "[x](data:text/html,x)",
            "[x]\n\n[x]: javascript:alert(1)",
            "[x][]\n\n[x]: javascript:alert(1)",
            "[a][x]\n\n[x]: javascript:alert(1)",
            "<javascript:alert(1)>",
            "[a [x](javascript:alert(1)) b](javascript:alert(2))",
            "![x](javascript:alert(1))",
            "<b>[x](javascript:alert(1))",
            "<div>\n[x](javascript:alert(1))\n</div>",
        ] {
            let html = rendered(text);
            assert!(!html.contains("<a ") && !html.contains("<img"), "{text}: {html}");
        }
        for text in ["[x](https://a)", "[x](b.html#c:d)", "<https://a>", "<a@b.c>", "[x](mailto:a)"]
        {
            assert!(rendered(text).contains("<a href"), "{text}");
            assert_eq!(markdown(text), text);
        }
    }

    #[test]
    fn image_of_another_host_is_a_link() {
        for text in ["![x](https://a/b.png)", "![x](//a/b.png)", "![x](\\\\\\\\a/b.png)"] {
            let html = rendered(text);
            assert!(html.contains("<a href") && !html.contains("<img"), "{text}: {html}");
        }
        assert!(rendered("![x](b.png)").contains("<img"));
    }

    #[test]
    fn harmless_markdown_stays_as_it_is() {
        let text = "# A\n\n`<b>` and **b**, 1 < 2, a<b\n\n```html\n<script>\n```\n\n    <script>\n\n\
                    | a | b |\n| --- | --- |\n| `<i>` | \\<i> &lt;i> |\n";
        assert_eq!(markdown(text), text);
    }
}
