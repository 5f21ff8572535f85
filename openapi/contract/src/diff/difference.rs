//! Differences between two documents.

use std::sync::Arc;

use serde_json::Value;

use super::part::Part;

/// A difference between two documents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The rule, for example `request-property-nullable`.
    pub rule: String,
    /// The location in the API, for people.
    pub subject: String,
    /// All operations that use the location, as `GET /things`; none if it is the document itself.
    pub operations: Arc<[Arc<str>]>,
    /// The first document.
    pub contract: Side,
    /// The second document.
    pub other: Side,
    /// The edit to the contract that makes it agree.
    pub edit: String,
    /// The difference for programs.
    pub delta: Delta,
}

/// A difference without words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delta {
    /// The part of the API.
    pub part: Part,
    /// The keyword; empty if only one side has the part itself.
    pub keyword: &'static str,
    /// The value on each side: `true` for something that exists, the number of alternatives.
    pub values: [Option<Value>; 2],
    /// True if only one side has the part, and it is required there.
    pub required: bool,
    /// True in a callback: the server sends its requests, and clients respond.
    pub from_server: bool,
    /// True in a `not`: a wider schema there allows fewer values.
    pub negated: bool,
}

/// One side of a difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Side {
    /// The pointer in its document; that of the containing element if the side has nothing to point to.
    pub pointer: String,
    /// The pointer in the target of the `$ref` at `pointer`, if the sides differ in that `$ref`.
    pub target: Option<String>,
    /// The statement of this side.
    pub text: String,
}

impl Side {
    pub(super) fn new(pointer: &str, text: impl Into<String>) -> Self {
        Side { pointer: pointer.to_owned(), target: None, text: text.into() }
    }
}

/// The result of a comparison.
#[derive(Debug, Default)]
pub struct Comparison {
    /// All differences.
    pub differences: Vec<Difference>,
    /// The number of facts compared.
    pub compared: usize,
}
