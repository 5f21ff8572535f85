//! Constructs of a contract that the generated client does not support.

use std::fmt::{self, Display, Formatter};

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
    /// The problem, for people: `progenitor does not support a cookie parameter`.
    pub message: String,
}

/// The software whose limit a construct meets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Limit {
    /// progenitor, or typify in it.
    Progenitor,
    /// This crate.
    Generator,
}

impl Limit {
    /// Returns the message about a construct.
    pub fn message(self, construct: impl Display) -> String {
        format!("{self} does not support {construct}")
    }
}

impl Display for Limit {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Limit::Progenitor => "progenitor",
            Limit::Generator => "this generator",
        })
    }
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
        contract.error(&self.pointer, self.message.as_str())
    }
}
