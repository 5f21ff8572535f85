//! Converts a Markdown page to HTML. The page requires only the style sheet in the same folder.

use pulldown_cmark::{Event, Options, Parser, html};

use crate::sanitize;

/// The syntax of the pages.
pub(crate) const MARKDOWN: Options = Options::ENABLE_TABLES;

/// Returns a page of the site, without HTML and scripts from its Markdown. `generated` is the comment in
/// its first line.
pub(crate) fn page(title: &str, generated: &str, markdown: &str) -> String {
    let body = body(markdown);
    format!(
        "<!doctype html><!-- {generated} -->
<html lang=\"en\">
<head>
<meta charset=\"utf-8\">
<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">
<meta name=\"color-scheme\" content=\"light dark\">
<title>{}</title>
<link rel=\"icon\" href=\"data:,\">
<link rel=\"stylesheet\" href=\"style.css\">
</head>
<body>
<nav aria-label=\"Documentation\">
<a href=\"index.html\">Overview</a>
<a href=\"reference.html\">Reference</a>
<a href=\"changes.html\">Change log</a>
</nav>
<main>
{body}</main>
</body>
</html>
",
        escape(title)
    )
}

/// Returns a page that needs no other file.
pub(crate) fn single_page(title: &str, markdown: &str) -> String {
    let body = body(markdown);
    format!(
        "<!doctype html>
<html lang=\"en\">
<head>
<meta charset=\"utf-8\">
<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">
<meta name=\"color-scheme\" content=\"light dark\">
<title>{}</title>
<link rel=\"icon\" href=\"data:,\">
<style>
{}</style>
</head>
<body>
<main>
{body}</main>
</body>
</html>
",
        escape(title),
        include_str!("../assets/style.css"),
    )
}

/// Converts Markdown, without the HTML and the scripts in it.
fn body(markdown: &str) -> String {
    let mut body = String::new();
    let markdown = sanitize::markdown(markdown);
    html::push_html(&mut body, Parser::new_ext(&markdown, MARKDOWN));
    // Elements that are too wide for a phone scroll on their own, with the keyboard too.
    body.replace("<pre>", "<pre tabindex=\"0\">")
        .replace("<table>", "<div class=\"table\" tabindex=\"0\"><table>")
        .replace("</table>", "</table></div>")
}

/// Escapes a text for HTML.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::new();
    html::push_html(&mut escaped, std::iter::once(Event::Text(text.into())));
    escaped
}
