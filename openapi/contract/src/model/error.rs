//! Errors in a document.

/// An error in a document: something that is not OpenAPI 3.0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelError {
    /// The pointer in the document.
    pub pointer: String,
    /// The error without its position.
    pub message: String,
}

impl ModelError {
    pub(super) fn new(pointer: &str, message: impl Into<String>) -> Self {
        ModelError { pointer: pointer.to_owned(), message: message.into() }
    }
}
