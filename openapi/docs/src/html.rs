//! Converts blocks and Markdown to HTML, without the HTML and the scripts in them.

use std::collections::BTreeMap;

use pulldown_cmark::{CodeBlockKind, CowStr, Event, Options, Parser, Tag, TagEnd, html};

use crate::case;
use crate::fields::Field;
use crate::highlight::highlight;
use crate::page::Block;
use crate::sanitize;

/// The syntax of the pages.
pub(crate) const MARKDOWN: Options = Options::ENABLE_TABLES;

/// A heading of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Heading {
    pub level: usize,
    pub id: String,
    pub text: String,
}

/// Converts the blocks of one page, and collects its headings.
pub(crate) struct Converter<'a> {
    /// Changes the links of a Markdown text.
    pub relocate: &'a dyn Fn(&str) -> String,
    pub headings: Vec<Heading>,
    /// The number of uses of each anchor.
    anchors: BTreeMap<String, usize>,
}

impl<'a> Converter<'a> {
    pub(crate) fn new(relocate: &'a dyn Fn(&str) -> String) -> Self {
        Converter { relocate, headings: Vec::new(), anchors: BTreeMap::new() }
    }

    /// Returns the HTML of blocks.
    pub(crate) fn blocks(&mut self, blocks: &[Block]) -> String {
        blocks.iter().map(|block| self.block(block)).collect()
    }

    fn block(&mut self, block: &Block) -> String {
        match block {
            Block::Markdown(text) => self.markdown(text),
            Block::Fields { prefix, fields } => self.fields(prefix, fields),
            Block::Details { id, summary, blocks } => {
                let inner = self.blocks(blocks);
                let (id, class) = (escape(id), escape(&summary[..1.min(summary.len())]));
                format!(
                    "<details id=\"{id}\" class=\"response status-{class}\"><summary>{}</summary>\
                     <div>{inner}</div></details>\n",
                    escape(summary)
                )
            }
            Block::Samples(cases) => case::html(cases),
            Block::Form(html) => html.clone(),
        }
    }

    fn fields(&mut self, prefix: &str, fields: &[Field]) -> String {
        let mut list = "<dl class=\"fields\">".to_owned();
        for field in fields {
            let id = escape(&format!("{prefix}-{}", field.name));
            let presence = match field.required {
                true => "<span class=\"required\">required</span>",
                false => "<span class=\"optional\">optional</span>",
            };
            list.push_str(&format!(
                "<div id=\"{id}\"><dt><a href=\"#{id}\"><code>{}</code></a> \
                 <span class=\"kind\">{}</span> {presence}</dt><dd>{}",
                escape(&field.name),
                escape(&field.kind),
                self.markdown(&field.description)
            ));
            if !field.facts.is_empty() {
                let facts = self.markdown(&field.facts.join("; "));
                list.push_str(&format!("<div class=\"facts\">{facts}</div>"));
            }
            if !field.children.is_empty() {
                let prefix = format!("{prefix}-{}", field.name);
                let children = self.fields(&prefix, &field.children);
                list.push_str(&format!(
                    "<details class=\"children\"><summary>Fields of <code>{}</code></summary>\
                     {children}</details>",
                    escape(&field.name)
                ));
            }
            list.push_str("</dd></div>");
        }
        list + "</dl>\n"
    }

    /// Converts Markdown: headings get anchors, code is highlighted, and tables scroll.
    pub(crate) fn markdown(&mut self, markdown: &str) -> String {
        let markdown = sanitize::markdown(&(self.relocate)(markdown));
        let mut events = Vec::new();
        let mut parser = Parser::new_ext(&markdown, MARKDOWN);
        while let Some(event) = parser.next() {
            match event {
                Event::Start(Tag::Heading { level, .. }) => {
                    self.heading(level as usize, &mut parser, &mut events);
                }
                Event::Start(Tag::CodeBlock(kind)) => {
                    let language = match kind {
                        CodeBlockKind::Fenced(language) => language,
                        CodeBlockKind::Indented => CowStr::Borrowed(""),
                    };
                    let mut text = String::new();
                    for event in parser.by_ref() {
                        match event {
                            Event::Text(part) => text.push_str(&part),
                            _ => break,
                        }
                    }
                    events.push(Event::Html(code(&language, &text).into()));
                }
                // Elements that are too wide for a phone scroll on their own, with the keyboard too.
                Event::Start(Tag::Table(alignments)) => {
                    events.push(Event::Html("<div class=\"table\" tabindex=\"0\">".into()));
                    events.push(Event::Start(Tag::Table(alignments)));
                }
                Event::End(TagEnd::Table) => {
                    events.push(event);
                    events.push(Event::Html("</div>".into()));
                }
                event => events.push(event),
            }
        }
        let mut html = String::new();
        html::push_html(&mut html, events.into_iter());
        html
    }

    /// Adds a heading with its anchor.
    fn heading<'e>(&mut self, level: usize, parser: &mut Parser<'e>, events: &mut Vec<Event<'e>>) {
        let inner: Vec<_> =
            parser.take_while(|event| !matches!(event, Event::End(TagEnd::Heading(_)))).collect();
        let mut text = String::new();
        for event in &inner {
            if let Event::Text(part) | Event::Code(part) = event {
                text.push_str(part);
            }
        }
        let id = self.anchor(&text);
        let anchor = match level {
            1 => String::new(),
            _ => format!(
                "<a class=\"anchor\" href=\"#{id}\" aria-label=\"Link to this section\">#</a>"
            ),
        };
        events.push(Event::Html(format!("<h{level} id=\"{id}\">").into()));
        events.extend(inner);
        events.push(Event::Html(format!("{anchor}</h{level}>\n").into()));
        self.headings.push(Heading { level, id, text });
    }

    /// Returns an anchor that is unique in the page.
    fn anchor(&mut self, text: &str) -> String {
        let lower = text.to_lowercase();
        let words = lower.split(|one: char| !one.is_ascii_alphanumeric() && one != '_');
        let words: Vec<_> = words.filter(|word| !word.is_empty()).collect();
        let slug = match words.join("-") {
            slug if slug.is_empty() => "section".to_owned(),
            slug => slug,
        };
        let uses = self.anchors.entry(slug.clone()).or_default();
        *uses += 1;
        if *uses == 1 { slug } else { format!("{slug}-{uses}") }
    }
}

/// Returns a page that needs no other file.
pub(crate) fn single_page(title: &str, markdown: &str) -> String {
    let body = Converter::new(&str::to_owned).markdown(markdown);
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

/// Returns the HTML of a code block.
pub(crate) fn code(language: &str, text: &str) -> String {
    let text = highlight(language, text.trim_end());
    format!("<div class=\"code\"><pre tabindex=\"0\"><code>{text}</code></pre></div>\n")
}

/// Escapes a text for HTML, attributes included.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            other => escaped.push(other),
        }
    }
    escaped
}
