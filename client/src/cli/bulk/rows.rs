//! The rows of a CSV or JSON Lines file.
//!
//! A file whose first letter is an opening brace is JSON Lines; any other one is CSV. The name of the
//! file does not matter, and stdin has none.

use std::collections::HashMap;

use csv::StringRecord;
use serde_json::{Map, Value};

use crate::cli::bulk::inputs::{Given, Inputs};
use crate::cli::command::Command;

/// A file of rows.
pub(super) struct RowFile {
    pub(super) content: Content,
    pub(super) rows: Vec<Row>,
}

/// The content of a file as it was read, for the file of the rows that failed.
pub(super) enum Content {
    Csv { header: StringRecord, records: Vec<StringRecord> },
    JsonLines(Vec<Map<String, Value>>),
}

/// A row: the values of one request.
pub(super) struct Row {
    pub(super) line: u64,
    pub(super) parameters: Vec<String>,
    pub(super) fields: Vec<(String, Option<String>)>,
}

/// A row that cannot be sent.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct InvalidRow {
    pub(super) line: u64,
    pub(super) problem: String,
}

impl InvalidRow {
    pub(super) fn new(line: u64, problem: impl Into<String>) -> Self {
        InvalidRow { line, problem: problem.into() }
    }
}

/// Reads the rows for a command, or returns all invalid ones.
///
/// `defaults` are the fields that the flags of the command set, for rows without a value of their own.
pub(super) fn parse(
    bytes: &[u8],
    command: &'static Command,
    defaults: &[(String, Option<String>)],
) -> Result<RowFile, Vec<InvalidRow>> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let before = &bytes[..error.valid_up_to()];
        let line = before.iter().filter(|byte| **byte == b'\n').count() as u64 + 1;
        vec![InvalidRow::new(line, "not UTF-8")]
    })?;
    let text = text.trim_start_matches('\u{feff}');
    if text.trim_start().starts_with('[') {
        let problem = "a JSON array; the file must have one JSON object per line, or be CSV";
        return Err(vec![InvalidRow::new(1, problem)]);
    }
    let inputs = Inputs::new(command, defaults);
    let mut reader = Reader { inputs, rows: Vec::new(), invalid: Vec::new() };
    let content = match text.trim_start().starts_with('{') {
        true => reader.json_lines(text),
        false => reader.csv(text),
    };
    reader.check_repeated(command);
    let Reader { rows, mut invalid, .. } = reader;
    invalid.sort_by_key(|row| row.line);
    match invalid.is_empty() {
        true => Ok(RowFile { content, rows }),
        false => Err(invalid),
    }
}

struct Reader {
    inputs: Inputs,
    rows: Vec<Row>,
    invalid: Vec<InvalidRow>,
}

impl Reader {
    fn csv(&mut self, text: &str) -> Content {
        let mut reader =
            csv::ReaderBuilder::new().trim(csv::Trim::Headers).from_reader(text.as_bytes());
        let header = reader.headers().cloned().unwrap_or_default();
        let mut records = Vec::new();
        for (number, name) in header.iter().enumerate() {
            let problem = match self.inputs.is_known(name) {
                false => self.inputs.unknown(name),
                true if header.iter().take(number).any(|other| other == name) => {
                    format!("the column `{name}` appears twice")
                }
                true => continue,
            };
            self.invalid.push(InvalidRow::new(1, problem));
        }
        for name in self.inputs.required().filter(|name| !header.iter().any(|one| one == *name)) {
            if !text.trim().is_empty() {
                self.invalid.push(InvalidRow::new(1, format!("the column `{name}` is missing")));
            }
        }
        if !self.invalid.is_empty() {
            return Content::Csv { header, records };
        }
        if let Some(line) = unclosed_quote(text) {
            let problem = "a quotation mark that begins a cell has no second one";
            self.invalid.push(InvalidRow::new(line, problem));
            return Content::Csv { header, records };
        }
        for record in reader.records() {
            let record = match record {
                Ok(record) => record,
                Err(error) => {
                    let line = error.position().map_or(0, |position| line(text, position));
                    let problem = match error.kind() {
                        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
                            format!("{len} cells, but the header has {expected_len}")
                        }
                        _ => "invalid CSV".to_owned(),
                    };
                    self.invalid.push(InvalidRow::new(line, problem));
                    continue;
                }
            };
            let line = record.position().map_or(0, |position| line(text, position));
            let cells = header.iter().zip(&record);
            let given = cells.map(|(name, cell)| Ok((name, self.inputs.of_cell(name, cell))));
            let row = self.inputs.row(line, given);
            self.add(row);
            records.push(record);
        }
        Content::Csv { header, records }
    }

    fn json_lines(&mut self, text: &str) -> Content {
        let mut objects = Vec::new();
        for (number, text) in text.lines().enumerate() {
            let line = number as u64 + 1;
            if text.trim().is_empty() {
                continue;
            }
            let object: Map<String, Value> = match serde_json::from_str(text) {
                Ok(object) => object,
                Err(_) => {
                    self.invalid.push(InvalidRow::new(line, "not a JSON object"));
                    continue;
                }
            };
            let given = object.iter().map(|(name, value)| {
                let given = self.inputs.of_json(name, value);
                given.map(|given| (name.as_str(), given))
            });
            let row = self.inputs.row(line, given);
            self.add(row);
            objects.push(object);
        }
        Content::JsonLines(objects)
    }

    fn add(&mut self, row: Result<Row, InvalidRow>) {
        match row {
            Ok(row) => self.rows.push(row),
            Err(invalid) => self.invalid.push(invalid),
        }
    }

    /// Rejects a second row for one object: the requests are sent side by side, so that their order is
    /// not known.
    fn check_repeated(&mut self, command: &Command) {
        let operation = command.operation;
        if matches!(operation.method, "GET" | "POST") {
            return;
        }
        let in_path = |name: &str| operation.path.contains(&format!("{{{name}}}"));
        let mut seen: HashMap<Vec<&str>, u64> = HashMap::new();
        for row in &self.rows {
            let parameters = command.parameters.iter().zip(&row.parameters);
            let parameters = parameters.filter(|(parameter, _)| in_path(parameter.name));
            let key: Vec<_> = parameters.map(|(_, value)| value.as_str()).collect();
            if let Some(first) = seen.insert(key, row.line) {
                let problem = format!("the same {} as in line {first}", self.inputs.path_names());
                self.invalid.push(InvalidRow::new(row.line, problem));
            }
        }
    }
}

/// Returns the line on which a record begins. Its position is before the line feeds that precede it: that
/// of a CRLF, and those of empty lines.
fn line(text: &str, position: &csv::Position) -> u64 {
    let start = usize::try_from(position.byte()).unwrap_or(usize::MAX);
    let rest = text.as_bytes().get(start..).unwrap_or_default();
    let line_breaks = rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n'));
    position.line() + line_breaks.filter(|byte| **byte == b'\n').count() as u64
}

/// Returns the line of the quotation mark that begins a cell and has no second one. The reader takes the
/// rest of the file as that cell, and so would hide the rows in it.
fn unclosed_quote(text: &str) -> Option<u64> {
    let (mut line, mut opened) = (1, None);
    let mut is_cell_start = true;
    let mut letters = text.bytes().peekable();
    while let Some(letter) = letters.next() {
        match (letter, opened) {
            // Two of them are a quotation mark in the cell.
            (b'"', Some(_)) => opened = opened.filter(|_| letters.next_if_eq(&b'"').is_some()),
            (b'"', None) if is_cell_start => opened = Some(line),
            _ => {}
        }
        line += u64::from(letter == b'\n');
        is_cell_start = matches!(letter, b',' | b'\r' | b'\n');
    }
    opened
}

/// The value of one input in a row, by its name.
pub(super) type NamedValue<'a> = Result<(&'a str, Given), String>;
