//! A test case: a request, and the statuses that the contract allows for it.

use serde_json::Value;

use crate::request::Request;

/// A request, and the statuses that the contract allows for it.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    /// Description of the request, for findings.
    pub name: String,
    /// Position of the tested constraint in the contract.
    pub pointer: String,
    pub request: Request,
    pub expectation: Expectation,
    /// The body as JSON, if it has the documented media type.
    pub body: Option<Value>,
    /// True if the request is a documented example.
    pub is_example: bool,
}

/// The statuses that are allowed for a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Expectation {
    /// True if any 2xx is allowed.
    pub success: bool,
    /// The other statuses that are allowed.
    pub rejections: Vec<u16>,
}

impl Expectation {
    /// Returns the expectation that the server accepts a request.
    pub(crate) fn accepted() -> Self {
        Expectation { success: true, rejections: Vec::new() }
    }
}
