//! A page: Markdown in, HTML out, which needs nothing but the style sheet beside it.

use pulldown_cmark::{Event, Options, Parser, html};

/// One page of the site.
pub fn page(title: &str, generated: &str, markdown: &str) -> String {
    let mut body = String::new();
    html::push_html(&mut body, Parser::new_ext(markdown, Options::ENABLE_TABLES));
    // What is too wide for a phone scrolls by itself, and by the keyboard too.
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

/// Text in HTML.
pub fn escape(text: &str) -> String {
    let mut escaped = String::new();
    html::push_html(&mut escaped, std::iter::once(Event::Text(text.into())));
    escaped
}
