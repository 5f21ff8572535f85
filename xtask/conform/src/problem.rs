//! A difference between the contract and the server.

/// A difference between the contract and the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    /// Id of the rule.
    pub rule: &'static str,
    /// Position in the contract.
    pub pointer: String,
    /// Statement of the contract, as a phrase such as "rejects it with 400".
    pub contract: String,
    /// Behaviour of the server.
    pub server: String,
}

impl Problem {
    pub(crate) fn new(
        rule: &'static str,
        pointer: impl Into<String>,
        contract: impl Into<String>,
        server: impl Into<String>,
    ) -> Self {
        let (pointer, contract, server) = (pointer.into(), contract.into(), server.into());
        Problem { rule, pointer, contract, server }
    }
}
