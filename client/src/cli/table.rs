//! The table form of responses: one line per value for an object, one line per object for a list.

use std::io::{self, Write};

use serde_json::{Map, Value};
use unicode_width::UnicodeWidthStr;

/// Writes an object as a table, with the members in `columns` before the others: the name of a nested
/// value has dots, and `null` is a dash. Any other value stands alone, and a response without a value
/// writes nothing.
pub(super) fn write(value: &Value, columns: &[&str], out: &mut dyn Write) -> io::Result<()> {
    let members = match value {
        Value::Null => return Ok(()),
        Value::Object(members) => members,
        other => return writeln!(out, "{}", text(other)),
    };
    let mut rows = Vec::new();
    for name in ordered(members, columns) {
        collect(name, &members[name], &mut rows);
    }
    let width = rows.iter().map(|(name, _)| name.width()).max().unwrap_or_default();
    for (name, text) in rows {
        writeln!(out, "{}  {text}", padded(&name, width))?;
    }
    Ok(())
}

/// Returns the names of the members: those in `columns` in that order, then the others.
fn ordered<'m>(members: &'m Map<String, Value>, columns: &[&str]) -> Vec<&'m str> {
    let position = |name: &str| columns.iter().position(|column| *column == name);
    let mut names: Vec<_> = members.keys().map(String::as_str).collect();
    names.sort_by_key(|name| position(name).unwrap_or(columns.len()));
    names
}

/// A table of objects that arrive page by page, with a column for each member of the first object that is
/// not an object or a list.
///
/// Only the widths are kept, so that memory use does not grow with the number of rows. The first page
/// decides them; a wider value on a later page widens its column from that page on.
pub(super) struct Rows {
    /// The members that come first.
    first: &'static [&'static str],
    columns: Vec<String>,
    widths: Vec<usize>,
}

impl Rows {
    pub(super) fn new(first: &'static [&'static str]) -> Self {
        Rows { first, columns: Vec::new(), widths: Vec::new() }
    }

    /// Writes a page, and the header before the first one. Items that are not objects stand alone.
    pub(super) fn write(&mut self, items: &[Value], out: &mut dyn Write) -> io::Result<()> {
        let mut rows = Vec::new();
        if self.columns.is_empty() {
            let Some(first) = items.first().and_then(Value::as_object) else {
                return items.iter().try_for_each(|item| write(item, &[], out));
            };
            let is_column = |value: &Value| !value.is_object() && !value.is_array();
            let columns = ordered(first, self.first).into_iter();
            let columns = columns.filter(|name| is_column(&first[*name]));
            self.columns = columns.map(str::to_owned).collect();
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
        collect(&format!("{name}.{key}"), value, rows);
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
            write(&value, &[], &mut text).unwrap();
            assert_eq!(String::from_utf8(text).unwrap(), expected);
        }
    }

    #[test]
    fn columns_come_in_their_order_before_the_other_members() {
        let value = json!({ "a": 1, "b": { "d": 2, "c": 3 }, "id": "x", "status": "on" });
        let mut text = Vec::new();
        write(&value, &["id", "missing", "status", "b"], &mut text).unwrap();
        let names: Vec<_> = std::str::from_utf8(&text).unwrap().split_whitespace().collect();
        assert_eq!(names[..4], ["id", "x", "status", "on"]);
        assert_eq!(names[8..], ["a", "1"]);
        let mut rows = Rows::new(&["status", "id"]);
        text.clear();
        rows.write(&[value], &mut text).unwrap();
        assert_eq!(std::str::from_utf8(&text).unwrap(), "STATUS  ID  A\non      x   1\n");
    }

    #[test]
    fn rows_of_later_pages_keep_columns_and_widen_them() {
        let (mut rows, mut text) = (Rows::new(&[]), Vec::new());
        rows.write(&[json!("text"), json!(null)], &mut text).unwrap();
        let first = [json!({ "id": 1, "name": "abc", "o": {} }), json!({ "id": 22, "name": null })];
        let second = [json!({ "id": 333, "name": "x", "other": 1 })];
        for page in [&[][..], &first, &second] {
            rows.write(page, &mut text).unwrap();
        }
        let expected = "text\nID  NAME\n1   abc\n22  -\n333  x\n";
        assert_eq!(String::from_utf8(text).unwrap(), expected);
        assert_eq!(rows.widths, [3, 4]);
    }
}
