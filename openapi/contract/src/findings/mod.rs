//! Findings as data, and their formats for people and for machines.
//!
//! A finding has what is particular to it: the span, the statements of both sides, the edit that fixes
//! it. What is common to all findings of a rule (severity, reason) is in `rules`.

mod finding;
mod format;
mod github;
mod human;
mod json;
mod report;
pub mod rules;
mod sarif;
mod sources;

pub use finding::{Finding, Related, Statement, VersionChange};
pub use format::{Format, coloured};
pub use report::Report;
pub use rules::Severity;
pub use sources::Sources;

#[cfg(test)]
mod tests;
