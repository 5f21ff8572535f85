//! The parts that all pages share: head, header, navigation, search and colour scheme.

use crate::assets::Assets;
use crate::html::{Converter, Heading, escape};
use crate::page::{Page, root_of};
use crate::site::Host;

/// A link of the navigation.
#[derive(Debug)]
pub(crate) struct Link {
    /// The path in the site.
    pub path: String,
    pub text: String,
}

/// A titled group of links in the navigation.
#[derive(Debug)]
pub(crate) struct Group {
    pub title: &'static str,
    pub links: Vec<Link>,
}

/// Everything that the pages of one site have in common.
#[derive(Debug)]
pub(crate) struct Shell<'a> {
    pub title: &'a str,
    pub version: &'a str,
    /// The comment in the first line of each page.
    pub marker: &'a str,
    pub host: Host,
    /// The URL of the published site, if it is known.
    pub url: Option<&'a str>,
    pub assets: &'a Assets,
    pub navigation: &'a [Group],
}

impl Shell<'_> {
    /// Returns a page as HTML, with its headings.
    pub(crate) fn html(
        &self,
        page: &Page,
        relocate: &dyn Fn(&str) -> String,
    ) -> (String, Vec<Heading>) {
        let mut converter = Converter::new(relocate);
        let main = converter.blocks(&page.main);
        let headings = converter.headings.clone();
        let aside = converter.blocks(&page.aside);
        let root = self.root(page);
        let content = match page.aside.is_empty() {
            true => format!(
                "<main id=\"main\" class=\"text\"><article>{main}</article>{}</main>",
                contents(&headings)
            ),
            false => format!(
                "<main id=\"main\" class=\"split\"><article>{main}</article>\
                 <aside aria-label=\"Samples\">{aside}</aside></main>"
            ),
        };
        let html = format!(
            "<!doctype html><!-- {} -->\n<html lang=\"en\" data-root=\"{root}\"{}>\n{}\n<body>\n{}\n\
             <div class=\"layout\">\n{}\n{content}\n</div>\n{}\n</body>\n</html>\n",
            self.marker,
            if self.host == Host::ApiServer { " data-server=\"here\"" } else { "" },
            self.head(page, &root),
            self.header(&root),
            self.sidebar(page, &root),
            self.footer(page, &root)
        );
        (html, headings)
    }

    /// Returns the path from a page to the root of the site. The page for unknown paths is shown at any
    /// depth, so its path is absolute where the site's place is known.
    fn root(&self, page: &Page) -> String {
        match (page.path.as_str(), self.host, self.url) {
            ("404", Host::ApiServer, _) => "/docs/".to_owned(),
            ("404", Host::Static, Some(url)) => url.to_owned(),
            (path, ..) => root_of(path),
        }
    }

    fn head(&self, page: &Page, root: &str) -> String {
        let title = match page.path.as_str() {
            "index" => escape(self.title),
            _ => format!("{} · {}", escape(&page.title), escape(self.title)),
        };
        let description = escape(&page.description);
        let [icon, style, theme, script, index] =
            ["icon.svg", "style.css", "theme.js", "site.js", "search.js"]
                .map(|name| format!("{root}{}", self.assets.path(name)));
        let markdown = format!("{root}{}.md", page.path);
        let mut published = String::new();
        if let Some(url) = self.url {
            let page = match page.path.as_str() {
                "index" => String::new(),
                path => format!("{path}.html"),
            };
            published = format!(
                "<link rel=\"canonical\" href=\"{0}{page}\">\n\
                 <meta property=\"og:url\" content=\"{0}{page}\">\n\
                 <meta property=\"og:image\" content=\"{0}{1}\">\n",
                escape(url),
                self.assets.path("card.png")
            );
        }
        format!(
            "<head>
<meta charset=\"utf-8\">
<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">
<meta name=\"color-scheme\" content=\"light dark\">
<title>{title}</title>
<meta name=\"description\" content=\"{description}\">
<meta property=\"og:type\" content=\"article\">
<meta property=\"og:title\" content=\"{title}\">
<meta property=\"og:description\" content=\"{description}\">
<meta name=\"twitter:card\" content=\"summary\">
{published}<link rel=\"icon\" type=\"image/svg+xml\" href=\"{icon}\">
<link rel=\"alternate\" type=\"text/markdown\" href=\"{markdown}\">
<script src=\"{theme}\"></script>
<link rel=\"stylesheet\" href=\"{style}\">
<script src=\"{script}\" data-index=\"{index}\" defer></script>
</head>"
        )
    }

    fn header(&self, root: &str) -> String {
        format!(
            "<a class=\"skip\" href=\"#main\">Skip to content</a>
<header class=\"top\">
<input type=\"checkbox\" id=\"menu\" class=\"menu-state\" aria-label=\"Show navigation\">
<label for=\"menu\" class=\"menu-button\" aria-hidden=\"true\">☰</label>
<a class=\"brand\" href=\"{root}index.html\">{} <span class=\"version\">{}</span></a>
<div class=\"search scripted\" role=\"search\">
<input type=\"search\" id=\"search\" placeholder=\"Search\" aria-label=\"Search the documentation\" \
autocomplete=\"off\" role=\"combobox\" aria-expanded=\"false\" aria-controls=\"results\">
<ul id=\"results\" role=\"listbox\" aria-label=\"Results\" hidden></ul>
</div>
<a class=\"unscripted\" href=\"{root}names.html\">Index</a>
<button type=\"button\" id=\"theme\" class=\"plain scripted\" aria-label=\"Change the colour scheme\">◐</button>
</header>",
            escape(self.title),
            escape(self.version)
        )
    }

    fn sidebar(&self, page: &Page, root: &str) -> String {
        let mut groups = String::new();
        for Group { title, links } in self.navigation {
            groups.push_str(&format!("<p>{title}</p>\n<ul>\n"));
            for Link { path, text } in links {
                let current = match path.strip_suffix(".html") == Some(&page.path) {
                    true => " aria-current=\"page\"",
                    false => "",
                };
                groups.push_str(&format!(
                    "<li><a href=\"{root}{}\"{current}>{}</a></li>\n",
                    escape(path),
                    escape(text)
                ));
            }
            groups.push_str("</ul>\n");
        }
        format!("<nav class=\"sidebar\" aria-label=\"Documentation\">\n{groups}</nav>")
    }

    fn footer(&self, page: &Page, root: &str) -> String {
        format!(
            "<footer><a href=\"{root}{}.md\">This page in Markdown</a> · \
             <a href=\"{root}llms.txt\">llms.txt</a> · Contract as <a href=\"{root}openapi.yaml\">YAML</a> \
             and <a href=\"{root}openapi.json\">JSON</a></footer>",
            page.path
        )
    }
}

/// Returns the table of contents beside a text; empty if the text has only one section.
fn contents(headings: &[Heading]) -> String {
    let sections: Vec<_> = headings.iter().filter(|heading| heading.level == 2).collect();
    if sections.len() < 2 {
        return "<div class=\"contents\"></div>".to_owned();
    }
    let items: String = sections
        .iter()
        .map(|heading| {
            format!("<li><a href=\"#{}\">{}</a></li>", heading.id, escape(&heading.text))
        })
        .collect();
    format!(
        "<nav class=\"contents\" aria-label=\"On this page\"><p>On this page</p><ul>{items}</ul></nav>"
    )
}
