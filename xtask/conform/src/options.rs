//! The options of a run, and the errors that prevent it.

use std::collections::BTreeMap;

use agenthuman_contract::ContractError;

/// The options of a run.
#[derive(Clone, Debug)]
pub struct Options {
    /// The base URL of the server, without the path of an operation.
    pub url: String,
    /// The values of the path parameters by name: they identify an object that exists.
    pub path_parameters: BTreeMap<String, String>,
    /// Values of properties in the body of a creation that cannot be invented.
    pub set: BTreeMap<String, String>,
    /// The API key; required if an operation needs one.
    pub key: Option<String>,
    /// The environment variable that findings name instead of the key.
    pub key_variable: String,
    /// The maximum number of requests.
    pub max_requests: usize,
}

/// An error that prevents a run.
#[derive(Debug, thiserror::Error)]
pub enum ConformError {
    /// The contract cannot be used.
    #[error("{0}")]
    Contract(ContractError),
    /// An operation needs an API key. The value is the environment variable for it.
    #[error("the environment variable `{0}` is not set: it must hold the API key")]
    NoKey(String),
    /// No operation can be tested. The value lists the reasons.
    #[error("no operation can be tested: {0}")]
    NothingToTest(String),
    /// The HTTP client could not be built.
    #[error("failed to set up the HTTP client")]
    Client(#[from] reqwest::Error),
}
