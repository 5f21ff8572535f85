//! Errors of checks.

use crate::model::{Model, ModelError};
use crate::reader::{Contract, ContractError};

/// The reason why a document could not be checked.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    /// A document is not OpenAPI 3.0.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Document(Vec<ContractError>),
    /// The document that the server emits is not OpenAPI 3.0.
    #[error("invalid document emitted by the server: {} (at #{})", .0.message, .0.pointer)]
    Emission(ModelError),
}

/// Reads the model of a document.
pub(super) fn model(document: &Contract) -> Result<Model, Vec<ContractError>> {
    let error = |error: ModelError| document.error(&error.pointer, error.message);
    Model::of(document).map_err(|errors| errors.into_iter().map(error).collect())
}
