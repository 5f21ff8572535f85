//! Pages, and the blocks that they consist of. Each page is shown as HTML and as Markdown.

use crate::case::Case;
use crate::fields::{self, Field};

/// A page of the site.
#[derive(Debug)]
pub(crate) struct Page {
    /// The path in the site, without an extension.
    pub path: String,
    /// The title, as plain text.
    pub title: String,
    /// A sentence about the content, as plain text.
    pub description: String,
    pub main: Vec<Block>,
    /// The blocks beside the main ones, or below them if the window is narrow.
    pub aside: Vec<Block>,
}

/// A part of a page.
#[derive(Debug)]
pub(crate) enum Block {
    Markdown(String),
    /// Parameters, headers or properties. The prefix makes their anchors unique in the page.
    Fields {
        prefix: String,
        fields: Vec<Field>,
    },
    /// Blocks that are shown when the reader opens them.
    Details {
        id: String,
        summary: String,
        blocks: Vec<Block>,
    },
    /// The requests of an operation, one of which is shown at a time.
    Samples(Vec<Case>),
    /// A form that sends a request; HTML that contains no text of the contract unescaped.
    Form(String),
}

impl Block {
    fn markdown(&self) -> String {
        match self {
            Block::Markdown(text) => format!("{}\n\n", text.trim_end()),
            Block::Fields { fields, .. } => format!("{}\n", fields::markdown(fields, 0)),
            Block::Details { summary, blocks, .. } => {
                format!("### {summary}\n\n{}", markdown(blocks))
            }
            Block::Samples(cases) => cases.iter().map(Case::markdown).collect(),
            Block::Form(_) => String::new(),
        }
    }
}

impl Page {
    /// Returns a page that is written in Markdown. It begins with its title as a heading.
    pub(crate) fn of_markdown(path: &str, title: &str, description: &str, text: String) -> Self {
        Page {
            path: path.to_owned(),
            title: title.to_owned(),
            description: description.to_owned(),
            main: vec![Block::Markdown(text)],
            aside: Vec::new(),
        }
    }

    /// Returns the page in Markdown.
    pub(crate) fn markdown(&self) -> String {
        let text = markdown(&self.main) + &markdown(&self.aside);
        format!("{}\n", text.trim_end())
    }
}

fn markdown(blocks: &[Block]) -> String {
    blocks.iter().map(Block::markdown).collect()
}

/// Returns the path from a page to the root of the site.
pub(crate) fn root_of(path: &str) -> String {
    "../".repeat(path.matches('/').count())
}

/// Changes the targets of links from the root of the site to a page, given `root`, its path back to the
/// root. Only known files change. If `extension` is set, links to pages get it instead of `html`.
pub(crate) fn relocate(
    markdown: &str,
    root: &str,
    extension: Option<&str>,
    known: impl Fn(&str) -> bool,
) -> String {
    let mut text = String::new();
    let mut rest = markdown;
    while let Some((before, after)) = rest.split_once("](") {
        text.push_str(before);
        text.push_str("](");
        rest = after;
        let end = after.find([')', '#', ' ', '\n']).unwrap_or(after.len());
        let target = &after[..end];
        if known(target) {
            text.push_str(root);
            match (target.strip_suffix(".html"), extension) {
                (Some(page), Some(extension)) => text.push_str(&format!("{page}.{extension}")),
                _ => text.push_str(target),
            }
            rest = &after[end..];
        }
    }
    text.push_str(rest);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relocate_changes_only_links_to_known_files() {
        let known = |target: &str| target == "a.html" || target == "b.yaml";
        let text = "[a](a.html#x), [b](b.yaml), [c](https://example.com), [a.html](";
        assert_eq!(
            relocate(text, "../", Some("md"), known),
            "[a](../a.md#x), [b](../b.yaml), [c](https://example.com), [a.html]("
        );
        assert_eq!(relocate(text, "", None, known), text);
    }
}
