//! The table form of a response: one line per value, with its name first.

use std::io::{self, Write};

use serde_json::Value;

/// Writes an object as a table. The name of a nested value has dots; `null` is a dash.
pub(super) fn write(value: &Value, out: &mut dyn Write) -> io::Result<()> {
    let mut rows = Vec::new();
    collect("", value, &mut rows);
    let width = rows.iter().map(|(name, _)| name.chars().count()).max().unwrap_or_default();
    for (name, text) in rows {
        writeln!(out, "{name:width$}  {text}")?;
    }
    Ok(())
}

fn collect(name: &str, value: &Value, rows: &mut Vec<(String, String)>) {
    let text = match value {
        Value::Object(members) => {
            for (key, value) in members {
                let name = if name.is_empty() { key.clone() } else { format!("{name}.{key}") };
                collect(&name, value, rows);
            }
            return;
        }
        Value::Null => "-".to_owned(),
        // A control character could move the cursor of the terminal.
        Value::String(text) if text.contains(char::is_control) => format!("{text:?}"),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    rows.push((name.to_owned(), text));
}
