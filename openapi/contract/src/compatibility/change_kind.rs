//! The effect of a change on a whole operation.

use crate::diff::{Delta, Part};

/// The effect of a change on the existence of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeKind {
    /// The operation is added.
    OperationAdded,
    /// The operation is removed.
    OperationRemoved,
    /// The change is a part of an operation or of the document.
    Other,
}

impl ChangeKind {
    pub(crate) fn of(delta: &Delta) -> Self {
        match (delta.part, delta.keyword, &delta.values) {
            (Part::Operation, "", [None, Some(_)]) => ChangeKind::OperationAdded,
            (Part::Operation, "", [Some(_), None]) => ChangeKind::OperationRemoved,
            _ => ChangeKind::Other,
        }
    }
}
