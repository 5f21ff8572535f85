//! The references of a document, and the objects that could be referenced.

/// The references that the walk found.
#[derive(Default)]
pub(super) struct References {
    /// The pointer of each reference and of its target.
    pub targets: Vec<(String, String)>,
    /// The pointers of the inline objects that could be components.
    pub referable: Vec<String>,
}
