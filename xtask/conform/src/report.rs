//! The result of a run.

use agenthuman_contract::Contract;
use agenthuman_contract::findings::Finding;

use crate::recorder::Recorder;

/// The result of a run.
#[derive(Debug)]
pub struct ConformanceReport {
    pub(crate) recorder: Recorder,
    pub(crate) base_url: String,
    pub(crate) sent: usize,
    /// The operations that were tested.
    pub(crate) operations: Vec<String>,
    /// The number of operations in the contract.
    pub(crate) documented: usize,
    pub(crate) aborted: Option<String>,
}

impl ConformanceReport {
    /// Returns the findings, in the order of the contract.
    pub fn findings(&self, contract: &Contract) -> Vec<Finding> {
        self.recorder.findings(contract)
    }

    /// Returns observations that are not faults.
    pub fn notes(&self) -> &[String] {
        self.recorder.notes()
    }

    /// Returns the parts of the contract that were not checked, each with the reason. If there is one,
    /// nothing shows that the server conforms.
    pub fn skipped(&self) -> &[String] {
        self.recorder.skipped()
    }

    /// Returns the reason why the run ended early; `None` if it did not.
    pub fn aborted(&self) -> Option<&str> {
        self.aborted.as_deref()
    }

    /// Returns the number of requests that were sent.
    pub fn requests_sent(&self) -> usize {
        self.sent
    }

    /// Returns the result in one line; `findings` is the number of findings.
    pub fn summary(&self, findings: usize) -> String {
        let unchecked = self.skipped().len();
        let mut result = match findings {
            0 if self.aborted.is_some() => "aborted, no findings so far".to_owned(),
            0 if unchecked > 0 => "partly checked, no findings".to_owned(),
            0 => "conforms".to_owned(),
            1 => "1 finding".to_owned(),
            count => format!("{count} findings"),
        };
        if unchecked > 0 {
            let noun = if unchecked == 1 { "part" } else { "parts" };
            result.push_str(&format!(", {unchecked} {noun} not checked,"));
        }
        let ConformanceReport { base_url, sent, operations, documented, .. } = self;
        let noun = if *sent == 1 { "request" } else { "requests" };
        let tested = operations.len();
        format!(
            "{base_url}: {result} in {sent} {noun} ({tested} of {documented} operations: {})",
            operations.join(", ")
        )
    }
}
