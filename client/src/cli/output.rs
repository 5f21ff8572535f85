//! The formats of the output on stdout.

use std::io::{self, Write};

use serde_json::Value;

use crate::cli::table::{self, Rows};

/// The format of the output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Table,
    /// One JSON value.
    Json,
    /// One JSON value per line.
    JsonLines,
}

impl Format {
    /// Returns the format with the name that `--output` takes.
    pub(super) fn new(name: Option<&str>) -> Self {
        match name {
            Some("json") => Format::Json,
            Some("jsonl") => Format::JsonLines,
            _ => Format::Table,
        }
    }

    /// Returns the name that `--output` takes, unless the format is the default one.
    pub(super) fn name(self) -> Option<&'static str> {
        match self {
            Format::Table => None,
            Format::Json => Some("json"),
            Format::JsonLines => Some("jsonl"),
        }
    }

    /// Writes one value.
    pub(super) fn write(
        self,
        value: &Value,
        columns: &[&str],
        out: &mut dyn Write,
    ) -> io::Result<()> {
        match self {
            Format::Table => table::write(value, columns, out),
            Format::Json => writeln!(out, "{value:#}"),
            Format::JsonLines => writeln!(out, "{value}"),
        }
    }
}

/// A list whose items are written as they arrive.
///
/// As JSON it is an array, which has its end only if the list is complete: a program that reads the
/// output of an interrupted command notices that.
pub(super) struct List {
    format: Format,
    rows: Rows,
    items: usize,
}

impl List {
    pub(super) fn new(format: Format, columns: &'static [&'static str]) -> Self {
        List { format, rows: Rows::new(columns), items: 0 }
    }

    /// Writes items with one write, and flushes them.
    pub(super) fn write(&mut self, items: &[Value], out: &mut dyn Write) -> io::Result<()> {
        let mut text = Vec::new();
        match self.format {
            Format::Table => self.rows.write(items, &mut text)?,
            Format::JsonLines => items.iter().try_for_each(|item| writeln!(text, "{item}"))?,
            Format::Json => {
                for item in items {
                    let separator = if self.items == 0 { "[\n" } else { ",\n" };
                    write!(text, "{separator}{item}")?;
                    self.items += 1;
                }
            }
        }
        out.write_all(&text)?;
        out.flush()
    }

    /// Writes the end of a complete list.
    pub(super) fn finish(&self, out: &mut dyn Write) -> io::Result<()> {
        match (self.format, self.items) {
            (Format::Json, 0) => writeln!(out, "[]"),
            (Format::Json, _) => writeln!(out, "\n]"),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn list_of_any_length_is_valid_json() {
        for count in 0..3 {
            let (mut list, mut text) = (List::new(Format::Json, &[]), Vec::new());
            let items: Vec<_> = (0..count).map(|number| json!({ "n": number })).collect();
            for item in &items {
                list.write(std::slice::from_ref(item), &mut text).unwrap();
            }
            list.finish(&mut text).unwrap();
            let parsed: Value = serde_json::from_slice(&text).unwrap();
            assert_eq!(parsed, Value::from(items));
        }
    }
}
