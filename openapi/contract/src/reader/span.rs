//! Spans: ranges of a file.

use std::collections::HashMap;

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

/// The span of each value, by its JSON pointer.
pub(super) type Spans = HashMap<String, Span>;
