//! YAML 1.2 as a JSON value with the span of each value.
//!
//! The reader works on the events of `granit-parser`. Equal keys, a second document, merge keys and
//! keys that are not scalars are errors; size and nesting are limited.
//!
//! `granit-parser` is a fork of `saphyr-parser`, which was used before and rejects a tab after the colon
//! of a key (0.3.4).
//!
//! The crate `serde-saphyr` (2.2.0), on top of the same parser, was tried instead and rejected. It does
//! have spans, budgets, and errors for duplicate and merge keys, and it reads the contract of this
//! repository to equal values. But:
//!
//! - `Spanned` has only the start of a mapping or a sequence, not its end (257 of 600 spans differ).
//! - A tagged value has another start, and a value behind an alias is found at the alias.
//! - Untyped values are not those of the core schema: `1_000` and `0b11` are numbers, an unquoted
//!   key `null` and the text `.inf` are errors. `!!binary` and `!!set` are accepted, and an empty
//!   file is `null`.
//! - The recursive type, its visitor and the walk that collects the pointers are still 50 lines of
//!   our own, and reading takes 1.6 to 1.8 times as long (1027 µs instead of 581 µs for the contract).
//! - It adds 15 crates to the build script of each client, and needs Rust 1.89.

use std::collections::HashMap;

use granit_parser::{
    ErrorKind, Event, Parser, ScalarStyle, ScanError, Span as ParserSpan, StrInput, Tag,
};
use serde_json::{Map, Number, Value};

use super::limits::{Failure, too_deep, too_many};
use super::numbers::{self, Texts};
use super::pointer::Path;
use super::span::{Contents, Keys, Span, Spans};

/// Parses one document.
pub(super) fn parse(text: &str) -> Result<(Value, Spans, Texts), Failure> {
    let mut reader = Reader {
        text,
        parser: Parser::new_from_str(text),
        keys: Keys::default(),
        numbers: Vec::new(),
        anchors: HashMap::new(),
        values: 0,
    };
    reader.expect_start()?;
    let (first, range) = reader.next()?;
    if matches!(first, Event::DocumentEnd | Event::StreamEnd) {
        return Err((Span::START, "the document is empty".to_owned()));
    }
    let (document, spans) = reader.value(first, range, span_of(range), Path::Root, 0)?;
    reader.expect_end()?;
    Ok((document, spans, reader.numbers.into_iter().collect()))
}

struct Reader<'a> {
    text: &'a str,
    parser: Parser<'a, StrInput<'a>>,
    keys: Keys,
    /// The entries of [`Texts`], in the order of the document.
    numbers: Vec<(String, String)>,
    anchors: HashMap<usize, Anchored>,
    values: usize,
}

/// A value with an anchor.
struct Anchored {
    value: Value,
    /// The number of values, this one included.
    count: usize,
    /// The number of levels below the value.
    nesting: usize,
    /// The entries of [`Texts`] within the value, with pointers relative to it.
    numbers: Vec<(String, String)>,
}

impl<'a> Reader<'a> {
    fn next(&mut self) -> Result<(Event<'a>, ParserSpan), Failure> {
        match self.parser.next_event() {
            Some(Ok(event)) => Ok(event),
            Some(Err(error)) => Err(scan_failure(self.text, &error)),
            None => Err((Span::START, "unexpected end of the document".to_owned())),
        }
    }

    fn expect_start(&mut self) -> Result<(), Failure> {
        loop {
            match self.parser.peek() {
                Some(Ok((Event::StreamStart | Event::DocumentStart(..), _))) => drop(self.next()?),
                Some(Err(error)) => return Err(scan_failure(self.text, &error)),
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
                    return Err((span_of(range), "a second document is not supported".to_owned()));
                }
            }
        }
    }

    /// Reads the value that begins with `event`. `span` begins at the key of the value.
    fn value(
        &mut self,
        event: Event<'a>,
        range: ParserSpan,
        span: Span,
        path: Path<'_>,
        depth: usize,
    ) -> Result<(Value, Spans), Failure> {
        let at = span_of(range);
        self.values += 1;
        if let Some(message) = too_many(self.values).or_else(|| too_deep(depth)) {
            return Err((at, message));
        }
        let first_number = self.numbers.len();
        let (value, contents, anchor, end) = match event {
            Event::Scalar(text, style, anchor, tag) => {
                numbers::check_text(&text).map_err(|message| (at, message))?;
                let value =
                    scalar(&text, style, tag.as_deref()).map_err(|message| (at, message))?;
                if let Value::Number(number) = &value
                    && numbers::is_rewritten(&text, number)
                {
                    self.numbers.push((path.pointer(), text.into_owned()));
                }
                (value, Contents::Nothing, anchor, range)
            }
            Event::SequenceStart(_, anchor, tag) => {
                collection(tag.as_deref(), "seq").map_err(|message| (at, message))?;
                let (mut items, mut spans) = (Vec::new(), Vec::new());
                let end = loop {
                    let (event, range) = self.next()?;
                    if matches!(event, Event::SequenceEnd) {
                        break range;
                    }
                    let path = Path::Item(&path, items.len());
                    let (value, span) =
                        self.value(event, range, span_of(range), path, depth + 1)?;
                    items.push(value);
                    spans.push(span);
                };
                (Value::Array(items), Contents::items(spans), anchor, end)
            }
            Event::MappingStart(_, anchor, tag) => {
                collection(tag.as_deref(), "map").map_err(|message| (at, message))?;
                let (mut members, mut spans) = (Map::new(), Vec::new());
                let end = loop {
                    let (event, key_range) = self.next()?;
                    let key = match event {
                        Event::MappingEnd => break key_range,
                        Event::Scalar(key, ..) => key,
                        _ => {
                            return Err((span_of(key_range), "a key must be a scalar".to_owned()));
                        }
                    };
                    numbers::check_text(&key).map_err(|message| (span_of(key_range), message))?;
                    if key == "<<" {
                        return Err((
                            span_of(key_range),
                            "merge keys (`<<`) are not supported: YAML 1.2 has none".to_owned(),
                        ));
                    }
                    if members.contains_key(&*key) {
                        return Err((span_of(key_range), format!("duplicate key `{key}`")));
                    }
                    let (event, range) = self.next()?;
                    let path = Path::Member(&path, &key);
                    let (value, span) =
                        self.value(event, range, span_of(key_range), path, depth + 1)?;
                    spans.push((self.keys.key(&key), span));
                    members.insert(key.into_owned(), value);
                };
                (Value::Object(members), Contents::members(spans), anchor, end)
            }
            Event::Alias(anchor) => {
                let Some(anchored) = self.anchors.get(&anchor) else {
                    return Err((at, "recursive alias".to_owned()));
                };
                self.values += anchored.count;
                if let Some(message) =
                    too_deep(depth + anchored.nesting).or_else(|| too_many(self.values))
                {
                    return Err((at, message));
                }
                let pointer = path.pointer();
                let numbers = anchored.numbers.iter();
                let copies =
                    numbers.map(|(inside, text)| (format!("{pointer}{inside}"), text.clone()));
                self.numbers.extend(copies);
                (anchored.value.clone(), Contents::Nothing, 0, range)
            }
            _ => return Err((at, "a value is missing".to_owned())),
        };
        // The event that ends a block collection is located at the start of the token after it. An
        // empty scalar has no width.
        let end = if end.start.index() > span.start { end.end.index() } else { range.end.index() };
        let spans = Spans::new(Span { end: end.max(span.start), ..span }, contents);
        if anchor != 0 {
            let pointer = path.pointer();
            let numbers = self.numbers[first_number..].iter();
            let relative =
                numbers.map(|(inside, text)| (inside[pointer.len()..].to_owned(), text.clone()));
            let anchored = Anchored {
                count: count(&value),
                nesting: nesting(&value),
                numbers: relative.collect(),
                value: value.clone(),
            };
            self.anchors.insert(anchor, anchored);
        }
        Ok((value, spans))
    }
}

/// Returns the number of values in a value, itself included.
fn count(value: &Value) -> usize {
    1 + match value {
        Value::Array(items) => items.iter().map(count).sum(),
        Value::Object(members) => members.values().map(count).sum(),
        _ => 0,
    }
}

/// Returns the number of levels below a value.
fn nesting(value: &Value) -> usize {
    let deepest = match value {
        Value::Array(items) => items.iter().map(nesting).max(),
        Value::Object(members) => members.values().map(nesting).max(),
        _ => None,
    };
    deepest.map_or(0, |deepest| deepest + 1)
}

fn span_of(range: ParserSpan) -> Span {
    Span {
        line: range.start.line(),
        column: range.start.col() + 1,
        start: range.start.index(),
        end: range.end.index(),
    }
}

fn scan_failure(text: &str, error: &ScanError) -> Failure {
    let marker = error.marker();
    let span = Span {
        line: marker.line(),
        column: marker.col() + 1,
        start: marker.index(),
        end: marker.index(),
    };
    // The parser locates this error at the start of the scalar.
    let tab = match error.kind() {
        ErrorKind::TabInPlainScalar => indenting_tab(text, span),
        _ => None,
    };
    (tab.unwrap_or(span), error.info())
}

/// Returns the first tab that indents a line after `from`.
fn indenting_tab(text: &str, from: Span) -> Option<Span> {
    let (offset, _) = text.char_indices().nth(from.start)?;
    let mut start = from.start;
    for (number, line) in text[offset..].split('\n').enumerate() {
        let contents = line.trim_start_matches([' ', '\t']);
        let tab = line[..line.len() - contents.len()].find('\t');
        if let Some(tab) = tab.filter(|_| number > 0 && !contents.trim_end().is_empty()) {
            let start = start + tab;
            return Some(Span { line: from.line + number, column: tab + 1, start, end: start + 1 });
        }
        start += line.chars().count() + 1;
    }
    None
}

/// Resolves a scalar by the core schema of YAML 1.2.
fn scalar(text: &str, style: ScalarStyle, tag: Option<&Tag>) -> Result<Value, String> {
    let Some(tag) = tag else {
        let is_text = style != ScalarStyle::Plain;
        return Ok(if is_text { Value::String(text.to_owned()) } else { plain(text) });
    };
    if is_non_specific(tag) {
        return Ok(Value::String(text.to_owned()));
    }
    let value = plain(text);
    let fits = match tag.suffix() {
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
    match value.as_f64().filter(|_| tag.suffix() == "float") {
        Some(float) => Ok(Value::from(float)),
        None if fits => Ok(value),
        None => Err(format!("`{text}` does not match its tag `{tag}`")),
    }
}

/// Resolves a scalar without quotes and tag.
fn plain(text: &str) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        _ => number(text).map_or_else(|| Value::String(text.to_owned()), Value::Number),
    }
}

/// Returns true for the tag `!`: the value is text, a sequence or a mapping by its kind alone (YAML 1.2.2
/// §6.9.1).
fn is_non_specific(tag: &Tag) -> bool {
    tag.handle().is_empty() && tag.suffix() == "!"
}

/// Rejects a collection with any tag other than its own, `!!seq` or `!!map`, and the non-specific one.
fn collection(tag: Option<&Tag>, kind: &str) -> Result<(), String> {
    match tag {
        Some(tag) if is_non_specific(tag) => Ok(()),
        Some(tag) if !tag.is_yaml_core_schema() || tag.suffix() != kind => {
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
    numbers::decimal(text)
}
