//! Spans: ranges of a file.

use std::collections::HashSet;
use std::sync::Arc;

use super::pointer::unescaped;

/// A range of a file. Lines and columns count from 1; columns count characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// The line of the first character.
    pub line: usize,
    /// The column of the first character.
    pub column: usize,
    /// The offset of the first character, in characters.
    pub start: usize,
    /// The offset after the last character, in characters.
    pub end: usize,
}

impl Span {
    /// The start of a file.
    pub const START: Span = Span { line: 1, column: 1, start: 0, end: 0 };
}

/// The spans of a value and of all values in it.
///
/// This is a tree, and not a map of pointers: a large document has hundreds of thousands of values, and
/// their pointers would take more memory than the document.
#[derive(Debug)]
pub(super) struct Spans {
    line: u32,
    column: u32,
    start: u32,
    end: u32,
    contents: Contents,
}

/// The spans in a value.
#[derive(Debug)]
pub(super) enum Contents {
    Nothing,
    Items(Box<[Spans]>),
    /// The members of an object, ordered by key.
    Members(Box<[(Arc<str>, Spans)]>),
}

impl Spans {
    pub fn new(span: Span, contents: Contents) -> Self {
        // No file has that many characters.
        let small = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        let Span { line, column, start, end } = span;
        let (line, column) = (small(line), small(column));
        Spans { line, column, start: small(start), end: small(end), contents }
    }

    /// Returns the span of the value at a JSON pointer, or of the nearest value that contains it.
    pub fn find(&self, pointer: &str) -> Span {
        let mut found = self;
        for token in pointer.split('/').skip(1) {
            let inside = match &found.contents {
                Contents::Nothing => None,
                Contents::Items(items) => {
                    token.parse::<usize>().ok().and_then(|number| items.get(number))
                }
                Contents::Members(members) => {
                    let key = unescaped(token);
                    let found = members.binary_search_by(|(other, _)| (**other).cmp(&key));
                    found.ok().map(|index| &members[index].1)
                }
            };
            match inside {
                Some(inside) => found = inside,
                None => break,
            }
        }
        let [line, column, start, end] =
            [found.line, found.column, found.start, found.end].map(|number| number as usize);
        Span { line, column, start, end }
    }
}

impl Contents {
    pub fn items(items: Vec<Spans>) -> Self {
        Contents::Items(items.into())
    }

    pub fn members(mut members: Vec<(Arc<str>, Spans)>) -> Self {
        members.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
        Contents::Members(members.into())
    }
}

/// The keys of a document, each once: few of them are different.
#[derive(Debug, Default)]
pub(super) struct Keys(HashSet<Arc<str>>);

impl Keys {
    pub fn key(&mut self, text: &str) -> Arc<str> {
        if let Some(key) = self.0.get(text) {
            return key.clone();
        }
        let key: Arc<str> = text.into();
        self.0.insert(key.clone());
        key
    }
}
