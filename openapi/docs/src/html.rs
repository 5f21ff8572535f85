//! Converts a Markdown page to HTML. The page requires only the style sheet in the same folder.

use pulldown_cmark::{Event, Options, Parser, html};

/// Returns a page of the site. `generated` is the comment in its first line.
pub(crate) fn page(title: &str, generated: &str, markdown: &str) -> String {
    let mut body = String::new();
    html::push_html(&mut body, Parser::new_ext(markdown, Options::ENABLE_TABLES));
    // Elements that are too wide for a phone scroll on their own, with the keyboard too.
    let body = body
        .replace("<pre>", "<pre tabindex=\"0\">")
        .replace("<table>", "<div class=\"table\" tabindex=\"0\"><table>")
        .replace("</table>", "</table></div>");
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

/// Escapes a text for HTML.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::new();
    html::push_html(&mut escaped, std::iter::once(Event::Text(text.into())));
    escaped
}
