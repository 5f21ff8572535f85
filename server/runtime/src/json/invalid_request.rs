//! The error that a server reports for an invalid request.

use std::fmt::{self, Display, Formatter};

/// An invalid request: the mistake, the field, and a suggestion how to fix it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidRequest {
    /// The kind of mistake.
    pub kind: InvalidRequestKind,
    /// The parameter or field, as a path such as `owner.name` or `items[2]`; `None` if the mistake
    /// concerns the whole body.
    pub field: Option<String>,
    /// The mistake as text for people, with the field's name.
    pub message: String,
    /// The way to fix the request, as text for people.
    pub suggestion: Option<String>,
}

/// The kind of mistake in a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvalidRequestKind {
    /// The body is not JSON, or not an object.
    Body,
    /// The request has a field that the contract does not define.
    UnknownField,
    /// A field is present more than once.
    DuplicateField,
    /// A required field is missing.
    MissingField,
    /// A field or parameter has a value that the contract does not allow.
    InvalidField,
}

impl InvalidRequestKind {
    /// Returns the kind of an invalid value: of a field, or of the whole body.
    pub(super) fn of_value(is_field: bool) -> Self {
        if is_field { InvalidRequestKind::InvalidField } else { InvalidRequestKind::Body }
    }
}

impl InvalidRequest {
    /// Returns the error of a body that is not a JSON object.
    pub(super) fn body(message: String, suggestion: &str) -> Self {
        let suggestion = Some(suggestion.to_owned());
        InvalidRequest { kind: InvalidRequestKind::Body, field: None, message, suggestion }
    }

    /// Returns the error of a body that is not valid JSON; `place` is empty or begins with a space.
    pub(super) fn invalid_json(place: &str, problem: &str) -> Self {
        let message = format!("the request body is not valid JSON{place}: {problem}");
        InvalidRequest::body(message, "Send one JSON object in UTF-8")
    }
}

impl Display for InvalidRequest {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl std::error::Error for InvalidRequest {}
