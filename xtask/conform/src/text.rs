//! Texts just inside and just outside what a string schema takes.
//!
//! Candidates only: whoever asks keeps those that the validator judges as they are meant. So nothing
//! in here has to understand a pattern, and a pattern beside a length or a format needs no care.

use regex_syntax::hir::{Class, Hir, HirKind};
use serde_json::Value;

use super::schemas::fact;
use agenthuman_contract::model::{Aspect, Schema};

/// A text, and how it is meant.
pub(super) struct Candidate {
    pub text: String,
    pub what: String,
    pub inside: bool,
    /// What it is about; nothing where it is only an ordinary text.
    pub aspect: Option<Aspect>,
}

fn candidate(
    text: impl Into<String>,
    what: &str,
    inside: bool,
    aspect: Option<Aspect>,
) -> Candidate {
    Candidate { text: text.into(), what: what.to_owned(), inside, aspect }
}

/// Longest text that is made to find the end of a pattern or a length, in characters.
const LONGEST: usize = 5_000;

/// Longer than what a column is often declared for, in characters.
const LONG: usize = 300;

/// Texts for a schema; `known` are texts that it takes, and `takes` says what else it does.
pub(super) fn candidates(
    schema: &Schema,
    known: &[String],
    takes: &dyn Fn(&str) -> bool,
) -> Vec<Candidate> {
    let mut found = Vec::new();
    for (text, what) in [
        ("text", "an ordinary text"),
        ("two\nlines", "a text of two lines"),
        ("Grüße, 世界 🌍", "a text beyond ASCII"),
        (" \t Spaces  around\n", "a text with spaces around it and in it"),
        ("e\u{301} and é", "a text with the same letter composed in two ways"),
    ] {
        found.push(candidate(text, what, true, None));
    }
    found.push(candidate("Long ".repeat(LONG / 5) + ".", "a long text", true, None));
    let least = [Aspect::MinLength, Aspect::Pattern, Aspect::Format];
    let empty = takes("");
    let refuses = least.into_iter().find(|aspect| !empty && schema.facts.contains_key(aspect));
    found.push(candidate("", "the empty text", empty, refuses));
    if let Some(format) = fact(schema, Aspect::Format).and_then(Value::as_str) {
        for (text, inside) in of_format(format) {
            let relation = if *inside { "a" } else { "no" };
            let what = format!("{relation} {format}");
            found.push(candidate(*text, &what, *inside, Some(Aspect::Format)));
        }
    }
    let base = known.iter().chain(&generated(schema)).find(|text| takes(text)).cloned();
    lengths(schema, base.as_deref(), &mut found);
    if let Some(pattern) = fact(schema, Aspect::Pattern).and_then(Value::as_str) {
        if let Some(base) = &base {
            found.push(candidate(base, "a text of the pattern", true, Some(Aspect::Pattern)));
            edges(base, takes, &mut found);
        }
        outside(pattern, base.as_deref(), takes, &mut found);
    }
    found
}

fn lengths(schema: &Schema, base: Option<&str>, found: &mut Vec<Candidate>) {
    for (aspect, inside, beyond) in [(Aspect::MinLength, 0, -1), (Aspect::MaxLength, 0, 1)] {
        let Some(length) = fact(schema, aspect).and_then(Value::as_i64) else { continue };
        for (step, is_inside) in [(inside, true), (beyond, false)] {
            let Ok(length) = usize::try_from(length + step) else { continue };
            if length > LONGEST {
                continue;
            }
            let what =
                format!("{length} characters ({} is {})", aspect.keyword(), length as i64 - step);
            // Characters are counted, not bytes.
            for fill in ['a', 'é'] {
                let text: String = match base {
                    Some(base) if fill == 'a' => resized(base, length),
                    _ => std::iter::repeat_n(fill, length).collect(),
                };
                found.push(candidate(text, &what, is_inside, Some(aspect)));
            }
        }
    }
}

/// The text, cut or with its last character repeated.
fn resized(text: &str, length: usize) -> String {
    let last = text.chars().last().unwrap_or('a');
    text.chars().chain(std::iter::repeat(last)).take(length).collect()
}

/// The longest and the shortest text of the kind that the pattern takes, and one step beyond: what
/// `{1,128}` says is a bound as well.
fn edges(base: &str, takes: &dyn Fn(&str) -> bool, found: &mut Vec<Candidate>) {
    let count = base.chars().count();
    // Between one that is taken and one that is not there is an edge, and halving finds it.
    if !takes(&resized(base, LONGEST)) {
        let (mut longest, mut beyond) = (count, LONGEST);
        while beyond - longest > 1 {
            let middle = longest.midpoint(beyond);
            let fits = takes(&resized(base, middle));
            *if fits { &mut longest } else { &mut beyond } = middle;
        }
        for (length, inside) in [(longest, true), (beyond, false)] {
            let what = format!("{length} characters (the pattern ends at {longest})");
            let text = resized(base, length);
            found.push(candidate(text, &what, inside, Some(Aspect::Pattern)));
        }
    }
    let below = (0..count).rev().find(|length| !takes(&resized(base, *length)));
    if let Some(length) = below {
        let what = |length| {
            format!("{length} characters (the pattern begins at {})", below.unwrap_or(0) + 1)
        };
        found.push(candidate(
            resized(base, length + 1),
            &what(length + 1),
            true,
            Some(Aspect::Pattern),
        ));
        found.push(candidate(resized(base, length), &what(length), false, Some(Aspect::Pattern)));
    }
}

/// Texts that the pattern refuses. More than one: a server that looks only at the beginning, only at
/// the end, or at the letters without their case, is wrong too.
fn outside(
    pattern: &str,
    base: Option<&str>,
    takes: &dyn Fn(&str) -> bool,
    found: &mut Vec<Candidate>,
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
    let what = format!("not of the pattern {pattern}");
    let refused = texts.into_iter().filter(|text| !takes(text));
    found.extend(refused.map(|text| candidate(text, &what, false, Some(Aspect::Pattern))));
}

/// Texts of a pattern: the shortest that it describes, and one with everything optional in it.
fn generated(schema: &Schema) -> Vec<String> {
    let pattern = fact(schema, Aspect::Pattern).and_then(Value::as_str);
    let Some(Ok(hir)) = pattern.map(regex_syntax::parse) else {
        return of_format(fact(schema, Aspect::Format).and_then(Value::as_str).unwrap_or_default())
            .iter()
            .filter(|(_, inside)| *inside)
            .map(|(text, _)| (*text).to_owned())
            .collect();
    };
    [true, false]
        .map(|more| {
            let mut text = String::new();
            write_match(&hir, more, &mut text);
            text
        })
        .to_vec()
}

fn write_match(hir: &Hir, more: bool, text: &mut String) {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => {}
        HirKind::Literal(literal) => text.push_str(&String::from_utf8_lossy(&literal.0)),
        HirKind::Class(Class::Unicode(class)) => {
            let has =
                |c: char| class.iter().any(|range| (range.start()..=range.end()).contains(&c));
            let usual = ['a', 'A', '0', '-'].into_iter().find(|c| has(*c));
            text.extend(usual.or(class.iter().next().map(|range| range.start())));
        }
        HirKind::Class(Class::Bytes(class)) => {
            text.extend(class.iter().next().map(|range| char::from(range.start())));
        }
        HirKind::Repetition(repetition) => {
            let wanted = if more { repetition.min.max(1) } else { repetition.min };
            for _ in 0..repetition.max.map_or(wanted, |max| wanted.min(max)) {
                write_match(&repetition.sub, more, text);
            }
        }
        HirKind::Capture(capture) => write_match(&capture.sub, more, text),
        HirKind::Concat(parts) => parts.iter().for_each(|part| write_match(part, more, text)),
        HirKind::Alternation(parts) => {
            parts.iter().take(1).for_each(|part| write_match(part, more, text));
        }
    }
}

/// Texts of a format, and texts that nearly are. The times lie far ahead: one in the past could make
/// the object under test behave in another way.
fn of_format(format: &str) -> &'static [(&'static str, bool)] {
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
