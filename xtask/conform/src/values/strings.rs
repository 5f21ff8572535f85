//! Strings on both sides of the constraints of a string schema.
//!
//! They are candidates: the caller keeps those that the validator judges as intended. This module can
//! therefore ignore how patterns, lengths and formats interact.

use agenthuman_contract::model::{Aspect, Schema};
use regex_syntax::hir::{Class, Hir, HirKind};
use serde_json::Value;

use crate::schemas::fact;

/// A string that may or may not be valid as intended.
pub(super) struct StringCandidate {
    pub text: String,
    pub description: String,
    /// True if it is expected to be valid.
    pub valid: bool,
    /// The keyword that it tests; `None` for an ordinary text.
    pub aspect: Option<Aspect>,
}

fn candidate(
    text: impl Into<String>,
    description: &str,
    valid: bool,
    aspect: Option<Aspect>,
) -> StringCandidate {
    StringCandidate { text: text.into(), description: description.to_owned(), valid, aspect }
}

/// Longest string that is generated to find the maximum length, in characters.
const MAX_LENGTH: usize = 5_000;

/// Length of a long text, in characters: more than the common column size of 255.
const LONG: usize = 300;

/// Returns candidates for a schema. `known` are valid strings; `is_valid` runs the validator.
pub(super) fn candidates(
    schema: &Schema,
    known: &[String],
    is_valid: &dyn Fn(&str) -> bool,
) -> Vec<StringCandidate> {
    let mut found = Vec::new();
    for (text, description) in [
        ("text", "an ordinary text"),
        ("two\nlines", "a text of two lines"),
        ("Grüße, 世界 🌍", "a text with non-ASCII characters"),
        (" \t Spaces  around\n", "a text with leading, trailing and repeated whitespace"),
        ("e\u{301} and é", "a text with a decomposed and a composed character"),
    ] {
        found.push(candidate(text, description, true, None));
    }
    found.push(candidate("Long ".repeat(LONG / 5) + ".", "a long text", true, None));
    let lower_bounds = [Aspect::MinLength, Aspect::Pattern, Aspect::Format];
    let empty = is_valid("");
    let rejected_by =
        lower_bounds.into_iter().find(|aspect| !empty && schema.facts.contains_key(aspect));
    found.push(candidate("", "the empty string", empty, rejected_by));
    if let Some(format) = fact(schema, Aspect::Format).and_then(Value::as_str) {
        for (text, valid) in examples_of(format) {
            let description =
                if *valid { format!("a {format}") } else { format!("not a {format}") };
            found.push(candidate(*text, &description, *valid, Some(Aspect::Format)));
        }
    }
    let base = known.iter().chain(&generated(schema)).find(|text| is_valid(text)).cloned();
    lengths(schema, base.as_deref(), &mut found);
    if let Some(pattern) = fact(schema, Aspect::Pattern).and_then(Value::as_str) {
        if let Some(base) = &base {
            found.push(candidate(
                base,
                "a text that matches the pattern",
                true,
                Some(Aspect::Pattern),
            ));
            pattern_lengths(base, is_valid, &mut found);
        }
        mismatches(pattern, base.as_deref(), is_valid, &mut found);
    }
    found
}

/// Adds strings at the minimum and the maximum length, and one character beyond.
fn lengths(schema: &Schema, base: Option<&str>, found: &mut Vec<StringCandidate>) {
    for (aspect, beyond) in [(Aspect::MinLength, -1), (Aspect::MaxLength, 1)] {
        let Some(length) = fact(schema, aspect).and_then(Value::as_i64) else { continue };
        for (step, valid) in [(0, true), (beyond, false)] {
            let Ok(length) = usize::try_from(length + step) else { continue };
            if length > MAX_LENGTH {
                continue;
            }
            let description =
                format!("{length} characters ({} is {})", aspect.keyword(), length as i64 - step);
            // Two fillers of different size in UTF-8: lengths count characters, not bytes.
            for fill in ['a', 'é'] {
                let text: String = match base {
                    Some(base) if fill == 'a' => resized(base, length),
                    _ => std::iter::repeat_n(fill, length).collect(),
                };
                found.push(candidate(text, &description, valid, Some(aspect)));
            }
        }
    }
}

/// Returns the text with this length, cut off or with its last character repeated.
fn resized(text: &str, length: usize) -> String {
    let last = text.chars().last().unwrap_or('a');
    text.chars().chain(std::iter::repeat(last)).take(length).collect()
}

/// Adds the longest and the shortest string like `base` that the pattern matches, and the next ones
/// that it does not: a quantifier such as `{1,128}` is a bound as well.
fn pattern_lengths(base: &str, is_valid: &dyn Fn(&str) -> bool, found: &mut Vec<StringCandidate>) {
    let count = base.chars().count();
    // Binary search between a length that matches and one that does not.
    if !is_valid(&resized(base, MAX_LENGTH)) {
        let (mut longest, mut beyond) = (count, MAX_LENGTH);
        while beyond - longest > 1 {
            let middle = longest.midpoint(beyond);
            let fits = is_valid(&resized(base, middle));
            *if fits { &mut longest } else { &mut beyond } = middle;
        }
        for (length, valid) in [(longest, true), (beyond, false)] {
            let description = format!("{length} characters (the pattern allows up to {longest})");
            let text = resized(base, length);
            found.push(candidate(text, &description, valid, Some(Aspect::Pattern)));
        }
    }
    let below = (0..count).rev().find(|length| !is_valid(&resized(base, *length)));
    if let Some(length) = below {
        let description = |length| {
            format!("{length} characters (the pattern requires {})", below.unwrap_or(0) + 1)
        };
        found.push(candidate(
            resized(base, length + 1),
            &description(length + 1),
            true,
            Some(Aspect::Pattern),
        ));
        found.push(candidate(
            resized(base, length),
            &description(length),
            false,
            Some(Aspect::Pattern),
        ));
    }
}

/// Adds strings that the pattern does not match. There are several, to detect a server that matches
/// only the beginning or the end, or ignores case.
fn mismatches(
    pattern: &str,
    base: Option<&str>,
    is_valid: &dyn Fn(&str) -> bool,
    found: &mut Vec<StringCandidate>,
) {
    let base = base.unwrap_or("text");
    let swapped: String = base
        .chars()
        .map(|c| if c.is_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() })
        .collect();
    let texts = [
        format!("{base}!"),
        format!("!{base}"),
        format!("{base}\n"),
        format!("{base}\u{0}"),
        swapped,
        base.chars().skip(1).collect(),
        format!("{base} "),
    ];
    let description = format!("does not match {pattern}");
    let rejected = texts.into_iter().filter(|text| !is_valid(text));
    found.extend(rejected.map(|text| candidate(text, &description, false, Some(Aspect::Pattern))));
}

/// Returns strings for the pattern or the format of a schema. For a pattern they are the shortest match,
/// and one with all optional parts.
fn generated(schema: &Schema) -> Vec<String> {
    let pattern = fact(schema, Aspect::Pattern).and_then(Value::as_str);
    let Some(Ok(hir)) = pattern.map(regex_syntax::parse) else {
        return examples_of(
            fact(schema, Aspect::Format).and_then(Value::as_str).unwrap_or_default(),
        )
        .iter()
        .filter(|(_, valid)| *valid)
        .map(|(text, _)| (*text).to_owned())
        .collect();
    };
    [true, false]
        .map(|with_optional| {
            let mut text = String::new();
            write_match(&hir, with_optional, &mut text);
            text
        })
        .to_vec()
}

/// Appends a string that matches `hir`.
fn write_match(hir: &Hir, with_optional: bool, text: &mut String) {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => {}
        HirKind::Literal(literal) => text.push_str(&String::from_utf8_lossy(&literal.0)),
        HirKind::Class(Class::Unicode(class)) => {
            let contains =
                |c: char| class.iter().any(|range| (range.start()..=range.end()).contains(&c));
            let readable = ['a', 'A', '0', '-'].into_iter().find(|c| contains(*c));
            text.extend(readable.or(class.iter().next().map(|range| range.start())));
        }
        HirKind::Class(Class::Bytes(class)) => {
            text.extend(class.iter().next().map(|range| char::from(range.start())));
        }
        HirKind::Repetition(repetition) => {
            let wanted = if with_optional { repetition.min.max(1) } else { repetition.min };
            for _ in 0..repetition.max.map_or(wanted, |max| wanted.min(max)) {
                write_match(&repetition.sub, with_optional, text);
            }
        }
        HirKind::Capture(capture) => write_match(&capture.sub, with_optional, text),
        HirKind::Concat(parts) => {
            parts.iter().for_each(|part| write_match(part, with_optional, text))
        }
        HirKind::Alternation(parts) => {
            parts.iter().take(1).for_each(|part| write_match(part, with_optional, text));
        }
    }
}

/// Returns strings of a format, and strings that are almost of it, with whether they are valid. The
/// times are in the far future: a past one could change the behaviour of the object under test.
fn examples_of(format: &str) -> &'static [(&'static str, bool)] {
    match format {
        "date-time" => &[
            ("2099-06-30T18:00:00Z", true),
            ("2099-06-30T20:30:00+02:30", true),
            ("2099-06-30T18:00:00.123456Z", true),
            ("2099-06-30", false),
            ("2099-06-30T18:00:00", false),
            ("2099-02-30T18:00:00Z", false),
            ("2099-06-30T25:00:00Z", false),
            ("4086612000", false),
            ("tomorrow", false),
        ],
        "date" => &[("2099-06-30", true), ("2099-02-30", false), ("30.06.2099", false)],
        "time" => &[("18:00:00Z", true), ("25:00:00Z", false)],
        "uuid" => &[
            ("3f2504e0-4f89-41d3-9a0c-0305e82c3301", true),
            ("3f2504e0-4f89-41d3-9a0c-0305e82c330", false),
            ("not-a-uuid", false),
        ],
        "ipv4" => &[("192.0.2.1", true), ("192.0.2.256", false)],
        "ipv6" => &[("2001:db8::1", true), ("2001:db8::g", false)],
        "email" => &[("someone@example.com", true), ("someone", false)],
        "uri" => &[("https://example.com/a", true), ("no uri", false)],
        "hostname" => &[("example.com", true), ("-.example", false)],
        _ => &[],
    }
}
