//! The error of deserialising a request, and its translation for the client.

use std::fmt::{self, Display, Formatter};

use serde::de::{Expected, Unexpected};

use super::invalid_request::{InvalidRequest, InvalidRequestKind};
use crate::text::{MAX_QUOTED_CHARS, quoted, shortened};

/// The least similarity (Jaro-Winkler: 0 is unrelated, 1 is equal) of a name that is suggested.
const MIN_SUGGESTED_SIMILARITY: f64 = 0.7;

/// An error of deserialising, with the path of the field that caused it.
#[derive(Clone, Debug)]
pub(super) struct DeserializeError {
    /// From the innermost field outwards, which is the order in which serde returns from them.
    path: Vec<PathSegment>,
    reason: Reason,
}

#[derive(Clone, Debug)]
pub(super) enum PathSegment {
    Member(String),
    Item(usize),
}

#[derive(Clone, Debug)]
pub(super) enum Reason {
    Unknown {
        name: String,
        expected: &'static [&'static str],
    },
    Duplicate {
        name: String,
    },
    /// A parameter that is no list is repeated.
    Repeated,
    Missing {
        name: &'static str,
    },
    Invalid {
        found: String,
        expected: String,
    },
    /// The value fits none of several alternatives.
    NoAlternative {
        count: usize,
    },
    /// The value fits several alternatives of which exactly one must fit.
    SeveralAlternatives {
        count: usize,
    },
    /// The body is not valid JSON.
    Syntax(String),
    Other(String),
}

impl DeserializeError {
    pub(super) fn new(reason: Reason) -> Self {
        DeserializeError { path: Vec::new(), reason }
    }

    /// Adds the enclosing field or item to the path.
    pub(super) fn within(mut self, segment: PathSegment) -> Self {
        self.path.push(segment);
        self
    }

    /// Returns the error of a value that fits none of the alternatives, given the error of each.
    ///
    /// If one alternative got further than the others, its error is the most useful one.
    pub(super) fn closest(errors: Vec<Self>) -> Self {
        let count = errors.len();
        let furthest = errors.iter().map(Self::progress).max().unwrap_or_default();
        let mut closest = errors.into_iter().filter(|error| error.progress() == furthest);
        match (closest.next(), closest.next()) {
            (Some(only), None) => only,
            (Some(first), _) if furthest == usize::MAX => first,
            _ => DeserializeError::new(Reason::NoAlternative { count }),
        }
    }

    /// Returns a measure of how far the reading got: the largest for an error that no type can avoid.
    fn progress(&self) -> usize {
        match (&self.reason, self.path.len()) {
            (Reason::Syntax(_) | Reason::Duplicate { .. }, _) => usize::MAX,
            // The value has another JSON type than the alternative.
            (Reason::Invalid { .. }, 0) => 0,
            (_, depth) => depth + 1,
        }
    }

    /// Converts the error for the client; `whole` names the request as a whole.
    pub(super) fn into_invalid_request(self, whole: &str) -> InvalidRequest {
        let mut path = String::new();
        for segment in self.path.iter().rev() {
            match segment {
                PathSegment::Member(name) if path.is_empty() => path.push_str(name),
                PathSegment::Member(name) => path.extend([".", name]),
                PathSegment::Item(index) => path.push_str(&format!("[{index}]")),
            }
        }
        let member =
            |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
        let subject = if path.is_empty() { whole.to_owned() } else { format!("`{path}`") };
        let field = (!path.is_empty()).then(|| path.clone());
        let (kind, field, message, suggestion) = match self.reason {
            Reason::Unknown { name, expected } => {
                let field = member(&name);
                let message = format!("unknown field `{field}`");
                (
                    InvalidRequestKind::UnknownField,
                    Some(field),
                    message,
                    Some(suggest_name(&name, expected)),
                )
            }
            Reason::Duplicate { name } => {
                let field = member(&name);
                let message = format!("`{field}` appears more than once");
                let suggestion = format!("Send `{field}` once");
                (InvalidRequestKind::DuplicateField, Some(field), message, Some(suggestion))
            }
            Reason::Repeated => {
                let message = format!("{subject} appears more than once");
                let suggestion = format!("Send {subject} once");
                (InvalidRequestKind::DuplicateField, field, message, Some(suggestion))
            }
            Reason::Missing { name } => {
                let field = member(name);
                let message = format!("`{field}` is missing");
                let suggestion = format!("Send `{field}`");
                (InvalidRequestKind::MissingField, Some(field), message, Some(suggestion))
            }
            Reason::Invalid { found, expected } => {
                let kind = InvalidRequestKind::of_value(field.is_some());
                let message = format!("{subject} is {found}, not {expected}");
                (kind, field, message, Some(format!("Send {expected}")))
            }
            Reason::NoAlternative { count } => {
                let message = format!("{subject} fits none of {count} alternatives");
                let suggestion = "Send a value of one of the types in the contract".to_owned();
                (InvalidRequestKind::of_value(field.is_some()), field, message, Some(suggestion))
            }
            Reason::SeveralAlternatives { count } => {
                let message = format!("{subject} fits {count} alternatives instead of exactly one");
                let suggestion = "Send a value that fits only one of them".to_owned();
                (InvalidRequestKind::of_value(field.is_some()), field, message, Some(suggestion))
            }
            Reason::Syntax(problem) => {
                let place = field.map_or_else(String::new, |field| format!(" at `{field}`"));
                return InvalidRequest::invalid_json(&place, &problem);
            }
            Reason::Other(message) => (
                InvalidRequestKind::InvalidField,
                field,
                format!("{subject} is invalid: {message}"),
                None,
            ),
        };
        InvalidRequest { kind, field, message, suggestion }
    }
}

/// Returns the suggestion for an unknown name: the nearest of the known ones, or all of them.
fn suggest_name(name: &str, expected: &[&str]) -> String {
    let similarity = |known: &str| strsim::jaro_winkler(name, known);
    let near = expected
        .iter()
        .filter(|known| similarity(known) >= MIN_SUGGESTED_SIMILARITY)
        .max_by(|one, other| similarity(one).total_cmp(&similarity(other)));
    match near {
        Some(near) => format!("Did you mean `{near}`?"),
        None if expected.is_empty() => "Leave it out".to_owned(),
        None => format!("Leave it out, or send {}", one_of(expected)),
    }
}

/// Describes a value in the words of JSON.
fn describe(found: Unexpected<'_>) -> String {
    match found {
        Unexpected::Unit | Unexpected::Option => "null".to_owned(),
        Unexpected::Map => "an object".to_owned(),
        Unexpected::Seq => "an array".to_owned(),
        Unexpected::Bool(value) => value.to_string(),
        Unexpected::Signed(value) => value.to_string(),
        Unexpected::Unsigned(value) => value.to_string(),
        Unexpected::Float(value) => value.to_string(),
        Unexpected::Str(text) => quoted(text),
        // a number, which can have as many digits as fit into the body
        Unexpected::Other(text) => shortened(text, MAX_QUOTED_CHARS).into_owned(),
        other => other.to_string(),
    }
}

/// Lists names as "one of `a`, `b`".
pub(super) fn one_of(names: &[&str]) -> String {
    let names: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
    format!("one of {}", names.join(", "))
}

impl Display for DeserializeError {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:?}", self.reason)
    }
}

impl std::error::Error for DeserializeError {}

impl serde::de::Error for DeserializeError {
    fn custom<T: Display>(message: T) -> Self {
        DeserializeError::new(Reason::Other(message.to_string()))
    }

    fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        let found = match found {
            Unexpected::Str(_) => "a string".to_owned(),
            other => describe(other),
        };
        DeserializeError::new(Reason::Invalid { found, expected: expected.to_string() })
    }

    fn invalid_value(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        DeserializeError::new(Reason::Invalid {
            found: describe(found),
            expected: expected.to_string(),
        })
    }

    fn unknown_variant(variant: &str, expected: &'static [&'static str]) -> Self {
        Self::invalid_value(Unexpected::Str(variant), &one_of(expected).as_str())
    }

    fn unknown_field(field: &str, expected: &'static [&'static str]) -> Self {
        DeserializeError::new(Reason::Unknown { name: field.to_owned(), expected })
    }

    fn missing_field(field: &'static str) -> Self {
        DeserializeError::new(Reason::Missing { name: field })
    }

    fn duplicate_field(field: &'static str) -> Self {
        DeserializeError::new(Reason::Duplicate { name: field.to_owned() })
    }
}
