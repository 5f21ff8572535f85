//! Schemas of the contract.

use agenthuman_contract::{Contract, ContractError};

/// Resolves a schema: its `$ref`, and the `allOf` with a single element that gives a `$ref` a
/// description. Returns the pointer of the result.
pub(crate) fn resolve(contract: &Contract, schema: &str) -> Result<String, ContractError> {
    let (pointer, _) = contract.resolve(schema)?;
    let element = format!("{pointer}/allOf/0");
    match contract.get(&element) {
        Some(_) => Ok(contract.resolve(&element)?.0.into_owned()),
        None => Ok(pointer.into_owned()),
    }
}
