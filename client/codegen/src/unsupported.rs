//! Constructs of a contract that the generated client does not support.

use agenthuman_contract::{Contract, ContractError};

/// A construct of a contract that the generated client does not support.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsupported {
    /// The stable name of the rule, for example `client-parameter`.
    pub rule: &'static str,
    /// The JSON pointer of the construct.
    pub pointer: String,
    /// The part of the contract that has the construct, for people: `PUT /v1/things/{id}`.
    pub subject: String,
    /// The construct, for people: `a cookie parameter`.
    pub message: String,
}

impl Unsupported {
    /// Creates an entry for the construct at `pointer`.
    pub(crate) fn new(
        rule: &'static str,
        pointer: &str,
        subject: &str,
        message: impl Into<String>,
    ) -> Self {
        let (pointer, subject) = (pointer.to_owned(), subject.to_owned());
        Unsupported { rule, pointer, subject, message: message.into() }
    }

    /// Returns the error of generating a client for the contract.
    pub(crate) fn error(&self, contract: &Contract) -> ContractError {
        contract.error(&self.pointer, format!("not supported: {}", self.message))
    }
}
