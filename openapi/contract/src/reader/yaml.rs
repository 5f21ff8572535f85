//! YAML 1.2, and so JSON, as a JSON value with the span of each value.
//!
//! The reader works on the events of `saphyr-parser`. Equal keys, a second document, merge keys and
//! keys that are not scalars are errors; size and nesting are limited.
//!
//! The crate `serde-saphyr` (2.2.0) was tried instead and rejected. It does have spans, budgets, and
//! errors for duplicate and merge keys, and it reads `openapi/links.yaml` to equal values. But:
//!
//! - `Spanned` has only the start of a mapping or a sequence, not its end (257 of 600 spans differ).
//! - A tagged value has another start, and a value behind an alias is found at the alias.
//! - Untyped values are not those of the core schema: `1_000` and `0b11` are numbers, an unquoted
//!   key `null` and the text `.inf` are errors. `!!binary` and `!!set` are accepted, and an empty
//!   file is `null`.
//! - The recursive type, its visitor and the walk that collects the pointers are still 50 lines of
//!   our own, and reading takes 1.6 to 1.8 times as long (1027 µs instead of 581 µs for the contract).
//! - It adds 15 crates to the build script of each client, and needs Rust 1.89.
//!
//! One thing is better there: its parser, `granit-parser` (2.2.0, a fork of `saphyr-parser`), reads
//! JSON's surrogate pairs and a tab after a colon, which `saphyr-parser` 0.3.4 rejects. It emits the
//! same kind of events, so it could replace the parser below this reader.

use std::collections::HashMap;

use saphyr_parser::{Event, Parser, ScalarStyle, ScanError, Span as ParserSpan, Tag};
use serde_json::{Map, Number, Value};

/// Values that one document may have, aliases expanded. The largest public contracts have about a
/// million; a document of nested aliases would reach any number.
const MAX_VALUES: usize = 5_000_000;

/// How deep values may be nested; readers of the tree recurse.
const MAX_DEPTH: usize = 256;

/// A range of a file: lines and columns count from 1, columns in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    pub line: usize,
    pub column: usize,
    /// Offsets in characters, the end not included.
    pub start: usize,
    pub end: usize,
}

impl Span {
    /// The beginning of a file.
    pub const START: Span = Span { line: 1, column: 1, start: 0, end: 0 };

    fn new(range: ParserSpan) -> Self {
        Span {
            line: range.start.line(),
            column: range.start.col() + 1,
            start: range.start.index(),
            end: range.end.index(),
        }
    }
}

/// The span of each value, under its JSON pointer.
pub type Spans = HashMap<String, Span>;

type Failure = (Span, String);

/// Reads one document.
pub fn parse(text: &str) -> Result<(Value, Spans), Failure> {
    let mut reader = Reader {
        parser: Parser::new_from_str(text),
        spans: Spans::new(),
        anchors: HashMap::new(),
        values: 0,
    };
    reader.expect_start()?;
    let (first, range) = reader.next()?;
    if matches!(first, Event::DocumentEnd | Event::StreamEnd) {
        return Err((Span::START, "the document is empty".to_owned()));
    }
    let document = reader.value(first, range, Span::new(range), "", 0)?;
    reader.expect_end()?;
    Ok((document, reader.spans))
}

struct Reader<'a> {
    parser: Parser<'a, saphyr_parser::StrInput<'a>>,
    spans: Spans,
    /// Each anchored value, how many values it is and how deep.
    anchors: HashMap<usize, (Value, usize, usize)>,
    values: usize,
}

impl<'a> Reader<'a> {
    fn next(&mut self) -> Result<(Event<'a>, ParserSpan), Failure> {
        match self.parser.next_event() {
            Some(Ok(event)) => Ok(event),
            Some(Err(error)) => Err(scan_failure(&error)),
            None => Err((Span::START, "the document ends too early".to_owned())),
        }
    }

    fn expect_start(&mut self) -> Result<(), Failure> {
        loop {
            match self.parser.peek() {
                Some(Ok((Event::StreamStart | Event::DocumentStart(_), _))) => drop(self.next()?),
                Some(Err(error)) => return Err(scan_failure(&error)),
                _ => return Ok(()),
            }
        }
    }

    fn expect_end(&mut self) -> Result<(), Failure> {
        loop {
            match self.next()? {
                (Event::DocumentEnd, _) => {}
                (Event::StreamEnd, _) => return Ok(()),
                (_, range) => {
                    return Err((Span::new(range), "a file holds one document".to_owned()));
                }
            }
        }
    }

    /// The value that begins with `event`; `span` begins at its key.
    fn value(
        &mut self,
        event: Event<'a>,
        range: ParserSpan,
        span: Span,
        pointer: &str,
        depth: usize,
    ) -> Result<Value, Failure> {
        let at = Span::new(range);
        self.values += 1;
        if self.values > MAX_VALUES {
            return Err((at, format!("more than {MAX_VALUES} values")));
        }
        if depth > MAX_DEPTH {
            return Err((at, format!("nested deeper than {MAX_DEPTH}")));
        }
        let (value, anchor, end) = match event {
            Event::Scalar(text, style, anchor, tag) => (
                scalar(&text, style, tag.as_deref()).map_err(|message| (at, message))?,
                anchor,
                range,
            ),
            Event::SequenceStart(anchor, tag) => {
                collection(tag.as_deref(), "seq").map_err(|message| (at, message))?;
                let mut items = Vec::new();
                let end = loop {
                    let (event, range) = self.next()?;
                    if matches!(event, Event::SequenceEnd) {
                        break range;
                    }
                    let pointer = format!("{pointer}/{}", items.len());
                    items.push(self.value(event, range, Span::new(range), &pointer, depth + 1)?);
                };
                (Value::Array(items), anchor, end)
            }
            Event::MappingStart(anchor, tag) => {
                collection(tag.as_deref(), "map").map_err(|message| (at, message))?;
                let mut members = Map::new();
                let end = loop {
                    let (event, key_range) = self.next()?;
                    let key = match event {
                        Event::MappingEnd => break key_range,
                        Event::Scalar(key, ..) => key,
                        _ => {
                            return Err((
                                Span::new(key_range),
                                "a key must be a scalar".to_owned(),
                            ));
                        }
                    };
                    if key == "<<" {
                        return Err((
                            Span::new(key_range),
                            "merge keys (`<<`) are not YAML 1.2".to_owned(),
                        ));
                    }
                    let pointer = super::child(pointer, &key);
                    if members.contains_key(&*key) {
                        return Err((
                            Span::new(key_range),
                            format!("the key `{key}` is there twice"),
                        ));
                    }
                    let (event, range) = self.next()?;
                    let value =
                        self.value(event, range, Span::new(key_range), &pointer, depth + 1)?;
                    members.insert(key.into_owned(), value);
                };
                (Value::Object(members), anchor, end)
            }
            Event::Alias(anchor) => {
                let Some(value) = self.anchors.get(&anchor) else {
                    return Err((at, "this alias is inside of what it stands for".to_owned()));
                };
                let (value, count, deep) = value;
                if depth + deep > MAX_DEPTH {
                    return Err((at, format!("nested deeper than {MAX_DEPTH}")));
                }
                self.values += count;
                if self.values > MAX_VALUES {
                    return Err((at, format!("more than {MAX_VALUES} values")));
                }
                (value.clone(), 0, range)
            }
            _ => return Err((at, "expected a value".to_owned())),
        };
        // The event that ends a block stands at the beginning of what follows; an empty one has
        // no width. The last scalar inside is the true end.
        let end = if end.start.index() > span.start { end.end.index() } else { range.end.index() };
        self.spans.insert(pointer.to_owned(), Span { end: end.max(span.start), ..span });
        if anchor != 0 {
            self.anchors.insert(anchor, (value.clone(), count(&value), nesting(&value)));
        }
        Ok(value)
    }
}

fn count(value: &Value) -> usize {
    1 + match value {
        Value::Array(items) => items.iter().map(count).sum(),
        Value::Object(members) => members.values().map(count).sum(),
        _ => 0,
    }
}

/// How many levels are below a value.
fn nesting(value: &Value) -> usize {
    let deepest = match value {
        Value::Array(items) => items.iter().map(nesting).max(),
        Value::Object(members) => members.values().map(nesting).max(),
        _ => None,
    };
    deepest.map_or(0, |deepest| deepest + 1)
}

fn scan_failure(error: &ScanError) -> Failure {
    let marker = error.marker();
    let span = Span {
        line: marker.line(),
        column: marker.col() + 1,
        start: marker.index(),
        end: marker.index(),
    };
    (span, error.info().to_owned())
}

/// A scalar by the rules of the core schema.
fn scalar(text: &str, style: ScalarStyle, tag: Option<&Tag>) -> Result<Value, String> {
    let Some(tag) = tag else {
        let is_text = style != ScalarStyle::Plain;
        return Ok(if is_text { Value::String(text.to_owned()) } else { plain(text) });
    };
    let value = plain(text);
    let fits = match tag.suffix.as_str() {
        _ if !tag.is_yaml_core_schema() => {
            return Err(format!("the tag `{tag}` is not supported"));
        }
        "str" => return Ok(Value::String(text.to_owned())),
        "null" => value.is_null(),
        "bool" => value.is_boolean(),
        "int" => value.is_i64() || value.is_u64(),
        "float" => value.is_number(),
        _ => return Err(format!("the tag `{tag}` is not supported")),
    };
    match value.as_f64().filter(|_| tag.suffix == "float") {
        Some(float) => Ok(Value::from(float)),
        None if fits => Ok(value),
        None => Err(format!("`{text}` is not what its tag `{tag}` says")),
    }
}

/// A scalar without quotes.
fn plain(text: &str) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        _ => number(text).map_or_else(|| Value::String(text.to_owned()), Value::Number),
    }
}

/// What a list or a map may be tagged as.
fn collection(tag: Option<&Tag>, kind: &str) -> Result<(), String> {
    match tag {
        Some(tag) if !tag.is_yaml_core_schema() || tag.suffix != kind => {
            Err(format!("the tag `{tag}` is not supported here"))
        }
        _ => Ok(()),
    }
}

fn number(text: &str) -> Option<Number> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if !digits.starts_with(|first: char| first.is_ascii_digit() || first == '.') {
        return None;
    }
    if let Some(digits) = text.strip_prefix("0x") {
        return u64::from_str_radix(digits, 16).ok().map(Number::from);
    }
    if let Some(digits) = text.strip_prefix("0o") {
        return u64::from_str_radix(digits, 8).ok().map(Number::from);
    }
    let is_number =
        |letter: char| letter.is_ascii_digit() || matches!(letter, '.' | 'e' | 'E' | '-' | '+');
    if !text.chars().all(is_number) || !text.contains(|letter: char| letter.is_ascii_digit()) {
        return None;
    }
    let text = text.strip_prefix('+').unwrap_or(text);
    if let Ok(integer) = text.parse::<u64>() {
        return Some(Number::from(integer));
    }
    if let Ok(integer) = text.parse::<i64>() {
        return Some(Number::from(integer));
    }
    Number::from_f64(text.parse().ok()?)
}
