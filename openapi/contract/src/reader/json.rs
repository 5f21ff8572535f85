//! JSON (RFC 8259) as a value with the span of each value.
//!
//! JSON is not read as YAML, although YAML 1.2 claims to contain it: the YAML parser rejects a key of
//! more than 1024 characters and a key `<<`, and it accepts comments, single quotes, `01` and line
//! breaks in strings.
//!
//! This is a parser of our own because each JSON parser with positions was larger in use than these
//! lines. `serde_json` has no positions and rounds numbers. A parser with a syntax tree
//! (`jsonc-parser`) has byte offsets, to be converted to lines and columns of characters; it reads
//! supersets of JSON that have to be switched off one by one; and it would be one more crate in the
//! build script of each client.

use serde_json::{Map, Value};

use super::limits::{Failure, too_deep, too_many};
use super::numbers::{self, Texts};
use super::pointer::Path;
use super::span::{Contents, Keys, Span, Spans};

/// Parses one document.
pub(super) fn parse(text: &str) -> Result<(Value, Spans, Texts), Failure> {
    let rest = text.strip_prefix('\u{feff}').unwrap_or(text);
    let at = Span { start: usize::from(rest.len() < text.len()), ..Span::START };
    let mut parser = Parser { rest, at, keys: Keys::default(), numbers: Texts::new(), values: 0 };
    parser.skip_white_space();
    if parser.rest.is_empty() {
        return Err((Span::START, "the document is empty".to_owned()));
    }
    let (document, spans) = parser.value(parser.at, Path::Root, 0)?;
    parser.skip_white_space();
    match parser.rest.chars().next() {
        None => Ok((document, spans, parser.numbers)),
        Some(letter) => Err(parser.unexpected(letter, "the end of the document")),
    }
}

/// Parses a JSON text that is no contract. Returns its value, and the numbers that a `Value` rounds.
#[cfg(feature = "gate")]
pub(crate) fn parse_json(text: &str) -> Result<(Value, Texts), String> {
    let parsed = parse(text);
    let (value, _, numbers) =
        parsed.map_err(|(span, message)| format!("{}:{}: {message}", span.line, span.column))?;
    Ok((value, numbers))
}

struct Parser<'a> {
    /// The text that is not parsed yet.
    rest: &'a str,
    /// The position of `rest`; its `end` has no meaning.
    at: Span,
    keys: Keys,
    numbers: Texts,
    values: usize,
}

impl<'a> Parser<'a> {
    /// Parses the value at the current position. `start` is the position of its key.
    fn value(
        &mut self,
        start: Span,
        path: Path<'_>,
        depth: usize,
    ) -> Result<(Value, Spans), Failure> {
        self.values += 1;
        if let Some(message) = too_many(self.values).or_else(|| too_deep(depth)) {
            return Err((self.here(), message));
        }
        let (value, contents) = match self.rest.as_bytes().first() {
            Some(b'{') => self.object(path, depth)?,
            Some(b'[') => self.array(path, depth)?,
            Some(b'"') => (Value::String(self.string()?), Contents::Nothing),
            Some(b'-' | b'0'..=b'9') => (self.number(path)?, Contents::Nothing),
            _ => (self.literal()?, Contents::Nothing),
        };
        Ok((value, Spans::new(Span { end: self.at.start, ..start }, contents)))
    }

    fn object(&mut self, path: Path<'_>, depth: usize) -> Result<(Value, Contents), Failure> {
        let mut members = Map::new();
        let mut spans = Vec::new();
        self.list('}', |parser| {
            let start = parser.at;
            if !parser.rest.starts_with('"') {
                return Err(parser.expected("a key in double quotes"));
            }
            let key = parser.string()?;
            if members.contains_key(&key) {
                let span = Span { end: parser.at.start, ..start };
                return Err((span, format!("duplicate key `{key}`")));
            }
            parser.skip_white_space();
            if !parser.take(':') {
                return Err(parser.expected("`:`"));
            }
            parser.skip_white_space();
            let (value, span) = parser.value(start, Path::Member(&path, &key), depth + 1)?;
            spans.push((parser.keys.key(&key), span));
            members.insert(key, value);
            Ok(())
        })?;
        Ok((Value::Object(members), Contents::members(spans)))
    }

    fn array(&mut self, path: Path<'_>, depth: usize) -> Result<(Value, Contents), Failure> {
        let mut items = Vec::new();
        let mut spans = Vec::new();
        self.list(']', |parser| {
            let path = Path::Item(&path, items.len());
            let (value, span) = parser.value(parser.at, path, depth + 1)?;
            items.push(value);
            spans.push(span);
            Ok(())
        })?;
        Ok((Value::Array(items), Contents::items(spans)))
    }

    /// Parses the items up to `close`, which commas separate.
    fn list(
        &mut self,
        close: char,
        mut item: impl FnMut(&mut Self) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        self.advance(1);
        self.skip_white_space();
        if self.take(close) {
            return Ok(());
        }
        loop {
            item(self)?;
            self.skip_white_space();
            if self.take(close) {
                return Ok(());
            }
            if !self.take(',') {
                return Err(self.expected(&format!("`,` or `{close}`")));
            }
            self.skip_white_space();
        }
    }

    fn string(&mut self) -> Result<String, Failure> {
        let start = self.at;
        self.advance(1);
        let mut text = String::new();
        loop {
            let plain = |letter: char| !matches!(letter, '"' | '\\' | '\0'..='\u{1f}');
            let length = self.rest.find(|letter| !plain(letter)).unwrap_or(self.rest.len());
            text.push_str(&self.rest[..length]);
            self.advance(length);
            match self.rest.chars().next() {
                Some('"') => {
                    self.advance(1);
                    let span = Span { end: self.at.start, ..start };
                    numbers::check_text(&text).map_err(|message| (span, message))?;
                    return Ok(text);
                }
                Some('\\') => text.push(self.escape()?),
                Some(letter) => {
                    let message = format!("unescaped control character {letter:?} in a string");
                    return Err((self.here(), message));
                }
                None => return Err((start, "the string has no end".to_owned())),
            }
        }
    }

    /// Parses an escape sequence, or the two of a surrogate pair.
    fn escape(&mut self) -> Result<char, Failure> {
        let here = self.here();
        let Some(letter) = self.rest[1..].chars().next() else {
            return Err((here, "the string has no end".to_owned()));
        };
        let escaped = match letter {
            '"' | '\\' | '/' => letter,
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => return self.unicode_escape(),
            _ => return Err((here, format!("unknown escape sequence `\\{letter}`"))),
        };
        self.advance(2);
        Ok(escaped)
    }

    fn unicode_escape(&mut self) -> Result<char, Failure> {
        /// The number of characters of `\uXXXX`.
        const LENGTH: usize = 6;
        let span = Span { end: self.at.start + LENGTH, ..self.at };
        let unit = |text: &str| {
            let digits = text.strip_prefix("\\u")?.get(..4)?;
            let hexadecimal = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
            hexadecimal.then(|| u16::from_str_radix(digits, 16).ok()).flatten()
        };
        let Some(first) = unit(self.rest) else {
            return Err((self.here(), "`\\u` needs four hexadecimal digits".to_owned()));
        };
        let second = unit(&self.rest[LENGTH..]);
        match char::decode_utf16([first].into_iter().chain(second)).next() {
            Some(Ok(letter)) => {
                self.advance(LENGTH * letter.len_utf16());
                Ok(letter)
            }
            _ => {
                let message = format!("lone surrogate `{}` in a string", &self.rest[..LENGTH]);
                Err((span, message))
            }
        }
    }

    fn number(&mut self, path: Path<'_>) -> Result<Value, Failure> {
        let is_part =
            |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '-' | '+');
        let length = self.rest.find(|letter| !is_part(letter)).unwrap_or(self.rest.len());
        let text = &self.rest[..length];
        let Some(number) = numbers::json(text) else {
            let span = Span { end: self.at.start + length, ..self.at };
            return Err((span, format!("`{text}` is not a number of JSON")));
        };
        if numbers::is_rewritten(text, &number) {
            self.numbers.insert(path.pointer(), text.to_owned());
        }
        self.advance(length);
        Ok(Value::Number(number))
    }

    fn literal(&mut self) -> Result<Value, Failure> {
        let literals = [("true", true.into()), ("false", false.into()), ("null", Value::Null)];
        let length = self.rest.find(|letter: char| !letter.is_ascii_alphanumeric());
        let word = &self.rest[..length.unwrap_or(self.rest.len())];
        match literals.into_iter().find(|(literal, _)| *literal == word) {
            Some((_, value)) => {
                self.advance(word.len());
                Ok(value)
            }
            None => Err(self.expected("a value")),
        }
    }

    fn skip_white_space(&mut self) {
        let white = |letter: char| matches!(letter, ' ' | '\t' | '\n' | '\r');
        let length = self.rest.find(|letter| !white(letter)).unwrap_or(self.rest.len());
        self.advance(length);
    }

    /// Advances past `letter` if it is next.
    fn take(&mut self, letter: char) -> bool {
        let is_next = self.rest.starts_with(letter);
        if is_next {
            self.advance(letter.len_utf8());
        }
        is_next
    }

    /// Advances by a number of bytes.
    fn advance(&mut self, length: usize) {
        let (passed, rest) = self.rest.split_at(length);
        for letter in passed.chars() {
            self.at.start += 1;
            self.at.column += 1;
            if letter == '\n' {
                self.at.line += 1;
                self.at.column = 1;
            }
        }
        self.rest = rest;
    }

    /// Returns the span of the next character.
    fn here(&self) -> Span {
        Span { end: self.at.start + usize::from(!self.rest.is_empty()), ..self.at }
    }

    fn expected(&self, expected: &str) -> Failure {
        match self.rest.chars().next() {
            Some(letter) => self.unexpected(letter, expected),
            None => (self.here(), format!("unexpected end of the document instead of {expected}")),
        }
    }

    fn unexpected(&self, letter: char, expected: &str) -> Failure {
        (self.here(), format!("unexpected {letter:?} instead of {expected}"))
    }
}
