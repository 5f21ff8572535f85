//! The index of the search, and the page with all names, which replaces the search if scripts are off.

use std::collections::BTreeMap;

use serde_json::json;

use crate::fields::{Field, one_line};
use crate::html::Converter;
use crate::page::{Block, Page};

/// The number of characters of a text in the index.
const EXCERPT: usize = 140;

/// Something that can be found.
#[derive(Debug)]
struct Entry {
    /// The heading or the name.
    name: String,
    /// The title of its page.
    page: String,
    url: String,
    /// Text that is searched too.
    text: String,
    /// True if this is a name of the API.
    is_field: bool,
}

/// Everything in the pages that can be found.
#[derive(Debug)]
pub(crate) struct Index(Vec<Entry>);

impl Index {
    pub(crate) fn of(pages: &[Page]) -> Self {
        let mut entries = Vec::new();
        for page in pages {
            let url = format!("{}.html", page.path);
            let entry = |name: &str, url: String, text: &str, is_field| Entry {
                name: name.to_owned(),
                page: page.title.clone(),
                url,
                text: one_line(text).chars().take(EXCERPT).collect(),
                is_field,
            };
            entries.push(entry(&page.title, url.clone(), &page.description, false));
            let mut converter = Converter::new(&str::to_owned);
            converter.blocks(&page.main);
            for heading in converter.headings.iter().filter(|heading| heading.level > 1) {
                entries.push(entry(&heading.text, format!("{url}#{}", heading.id), "", false));
            }
            for (prefix, field) in fields(&page.main) {
                let url = format!("{url}#{prefix}-{}", field.name);
                entries.push(entry(&field.name, url, &field.description, true));
            }
        }
        Index(entries)
    }

    /// Returns the script that defines the index. It is loaded when the reader searches.
    pub(crate) fn script(&self) -> String {
        let entries: Vec<_> = self
            .0
            .iter()
            .map(|Entry { name, page, url, text, .. }| json!([name, page, url, text]))
            .collect();
        let entries = entries.iter().map(ToString::to_string).collect::<Vec<_>>().join(",\n");
        format!("window.searchIndex = [\n{entries}\n];\n")
    }

    /// Returns the page with the names of all fields and parameters.
    pub(crate) fn names(&self) -> Page {
        let mut names: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for Entry { name, page, url, .. } in self.0.iter().filter(|entry| entry.is_field) {
            names.entry(name).or_default().push(format!("[{page}]({url})"));
        }
        let mut text =
            "# Index\n\nAll parameters, fields and headers of the API, with the pages that \
                        describe them.\n\n| name | described in |\n| --- | --- |\n"
                .to_owned();
        for (name, pages) in names {
            text.push_str(&format!("| `{name}` | {} |\n", pages.join(", ")));
        }
        let description = "All parameters, fields and headers of the API";
        Page::of_markdown("names", "Index", description, text)
    }
}

/// Returns the inputs of an operation and the fields of its success, with the prefixes of their anchors.
/// All operations share the headers and the errors, which the guides describe.
fn fields(blocks: &[Block]) -> Vec<(String, &Field)> {
    let mut found = Vec::new();
    for block in blocks {
        match block {
            Block::Details { id, blocks, .. } if id.starts_with("response-2") => {
                found.extend(self::fields(blocks));
            }
            Block::Fields { prefix, fields } => {
                found.extend(fields.iter().map(|field| (prefix.clone(), field)));
            }
            _ => {}
        }
    }
    found
}
