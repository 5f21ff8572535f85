//! The source files of findings.
//!
//! Spans count characters, as the YAML parser does; this module converts them to lines and columns.
//! Each file is split into lines once, so that the cost of a finding does not grow with its file.

use std::cell::RefCell;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use crate::reader::Span;

/// The files of findings by name, each read at first use.
#[derive(Debug)]
pub struct Sources {
    root: PathBuf,
    files: RefCell<HashMap<String, Option<Rc<Vec<String>>>>>,
}

/// A range from the first character to the one after the last. Lines and columns count from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Range {
    pub line: usize,
    pub column: usize,
    pub end_line: usize,
    pub end_column: usize,
}

impl Sources {
    /// Creates sources whose names are relative to `root`.
    pub fn new(root: &Path) -> Self {
        Sources { root: root.to_owned(), files: RefCell::default() }
    }

    /// Sets the text of the file `name`, in place of the one on disk.
    pub fn insert(&self, name: &str, text: &str) {
        self.files.borrow_mut().insert(name.to_owned(), Some(Rc::new(lines(text))));
    }

    /// Returns the lines of a file, or `None` if it cannot be read.
    pub fn lines(&self, name: &str) -> Option<Rc<Vec<String>>> {
        let read = || {
            let bytes = std::fs::read(self.root.join(name)).ok()?;
            Some(Rc::new(lines(&String::from_utf8_lossy(&bytes))))
        };
        self.files.borrow_mut().entry(name.to_owned()).or_insert_with(read).clone()
    }

    /// Returns the lines and columns of a span.
    pub(super) fn range(&self, name: &str, span: Span) -> Range {
        let Span { line, column, start, end } = span;
        let mut range =
            Range { line, column, end_line: line, end_column: column + (end - start.min(end)) };
        let Some(lines) = self.lines(name) else { return range };
        while let Some(text) = lines.get(range.end_line - 1) {
            // The end of a line is a character too.
            let width = text.chars().count() + 1;
            if range.end_column <= width || range.end_line == lines.len() {
                range.end_column = range.end_column.min(width);
                break;
            }
            range.end_column -= width;
            range.end_line += 1;
        }
        range
    }
}

/// Splits a text into lines. Carriage returns remain: spans count them.
fn lines(text: &str) -> Vec<String> {
    text.split('\n').map(str::to_owned).collect()
}
