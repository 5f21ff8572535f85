//! The ways to compare two documents.

use super::emission;
use crate::model::Model;

/// A way to compare two documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ComparisonMode {
    /// Two documents, each with its full meaning.
    Documents,
    /// Two versions of one document: documentation counts too.
    Releases,
    /// A contract and the document that Dropshot emits for it. A difference in what Dropshot cannot
    /// express is none.
    Emission,
}

impl ComparisonMode {
    /// Detects the mode: [`ComparisonMode::Emission`] if `other` has the form of an emission and
    /// `contract` does not. Two emissions can express the same, so they are compared as documents.
    pub fn detect(contract: &Model, other: &Model) -> Self {
        if emission::has_its_form(other) && !emission::has_its_form(contract) {
            ComparisonMode::Emission
        } else {
            ComparisonMode::Documents
        }
    }
}
