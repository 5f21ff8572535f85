//! The table form of responses: one line per value for an object, one line per object for a list.

use std::io::{self, Write};

use serde_json::Value;
use unicode_width::UnicodeWidthStr;

/// Writes an object as a table: the name of a nested value has dots, and `null` is a dash. Any other
/// value stands alone, and a response without a value writes nothing.
pub(super) fn write(value: &Value, out: &mut dyn Write) -> io::Result<()> {
    match value {
        Value::Null => return Ok(()),
        Value::Object(_) => {}
        other => return writeln!(out, "{}", text(other)),
    }
    let mut rows = Vec::new();
    collect("", value, &mut rows);
    let width = rows.iter().map(|(name, _)| name.width()).max().unwrap_or_default();
    for (name, text) in rows {
        writeln!(out, "{}  {text}", padded(&name, width))?;
    }
    Ok(())
}

/// A table of objects that arrive page by page, with a column for each member of the first object that is
/// not an object or a list.
///
/// Only the widths are kept, so that memory use does not grow with the number of rows. The first page
/// decides them; a wider value on a later page widens its column from that page on.
#[derive(Default)]
pub(super) struct Rows {
    columns: Vec<String>,
    widths: Vec<usize>,
}

impl Rows {
    /// Writes a page, and the header before the first one.
    pub(super) fn write(&mut self, items: &[Value], out: &mut dyn Write) -> io::Result<()> {
        let mut rows = Vec::new();
        if self.columns.is_empty() {
            let Some(first) = items.first().and_then(Value::as_object) else { return Ok(()) };
            let is_column = |value: &Value| !value.is_object() && !value.is_array();
            let columns = first.iter().filter(|(_, value)| is_column(value));
            self.columns = columns.map(|(name, _)| name.clone()).collect();
            self.widths = vec![0; self.columns.len()];
            rows.push(self.columns.iter().map(|name| name.to_uppercase()).collect::<Vec<_>>());
        }
        rows.extend(items.iter().map(|item| {
            self.columns.iter().map(|name| text(&item[name.as_str()])).collect::<Vec<_>>()
        }));
        for row in &rows {
            for (width, cell) in self.widths.iter_mut().zip(row) {
                *width = cell.width().max(*width);
            }
        }
        for row in &rows {
            let cells = row.iter().zip(&self.widths).map(|(cell, width)| padded(cell, *width));
            writeln!(out, "{}", cells.collect::<Vec<_>>().join("  ").trim_end())?;
        }
        Ok(())
    }
}

fn collect(name: &str, value: &Value, rows: &mut Vec<(String, String)>) {
    let Value::Object(members) = value else {
        return rows.push((name.to_owned(), text(value)));
    };
    for (key, value) in members {
        let name = if name.is_empty() { key.clone() } else { format!("{name}.{key}") };
        collect(&name, value, rows);
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::Null => "-".to_owned(),
        Value::String(text) => harmless(text),
        other => other.to_string(),
    }
}

/// Returns a text that cannot change what else the terminal shows: quoted, with escapes, if it contains
/// a control character, which could move the cursor, or a character that reverses the direction of the
/// text behind it.
pub(super) fn harmless(text: &str) -> String {
    let is_harmful = |character: char| {
        character.is_control()
            || matches!(character, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    match text.contains(is_harmful) {
        true => format!("{text:?}"),
        false => text.to_owned(),
    }
}

/// Returns a text with spaces up to a width in columns of the terminal, of which a wide character
/// takes two.
fn padded(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(text.width())))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn value_that_is_no_object_is_written_alone() {
        for (value, expected) in [
            (json!("Gone\t!"), "\"Gone\\t!\"\n"),
            (json!(7), "7\n"),
            (json!(null), ""),
            (json!({ "a": { "b": null } }), "a.b  -\n"),
        ] {
            let mut text = Vec::new();
            write(&value, &mut text).unwrap();
            assert_eq!(String::from_utf8(text).unwrap(), expected);
        }
    }

    #[test]
    fn rows_of_later_pages_keep_columns_and_widen_them() {
        let (mut rows, mut text) = (Rows::default(), Vec::new());
        let first = [json!({ "id": 1, "name": "abc", "o": {} }), json!({ "id": 22, "name": null })];
        let second = [json!({ "id": 333, "name": "x", "other": 1 })];
        for page in [&[][..], &first, &second] {
            rows.write(page, &mut text).unwrap();
        }
        let expected = "ID  NAME\n1   abc\n22  -\n333  x\n";
        assert_eq!(String::from_utf8(text).unwrap(), expected);
        assert_eq!(rows.widths, [3, 4]);
    }
}
