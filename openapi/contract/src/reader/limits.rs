//! The limits of a document, whatever it is written in.

use super::span::Span;

/// The position of an error and its message.
pub(super) type Failure = (Span, String);

/// The maximum number of values in a document, with aliases expanded. The largest public contracts
/// have about a million; without a limit, nested aliases would expand without end.
const MAX_VALUES: usize = 5_000_000;

/// The maximum nesting of values: code that reads the tree recurses.
const MAX_DEPTH: usize = 256;

/// Returns the error of a document with this number of values, if it has too many.
pub(super) fn too_many(values: usize) -> Option<String> {
    (values > MAX_VALUES).then(|| format!("the document has more than {MAX_VALUES} values"))
}

/// Returns the error of values that are nested so deeply, if they are nested too deeply.
pub(super) fn too_deep(depth: usize) -> Option<String> {
    (depth > MAX_DEPTH).then(|| format!("values are nested deeper than {MAX_DEPTH} levels"))
}
