//! All rules: their names, severities, reasons and fixes.
//!
//! There is one registry, so that `--explain`, SARIF and the exceptions know the same names. The rules
//! about differences are combinations of a part of an API and a keyword; `diff` enumerates them, and
//! `difference_rules` has their texts.

mod conform_rules;
mod difference_rules;
pub(in crate::findings) mod registry;
mod rule;
mod tables;

pub(crate) use registry::nearest;
pub use registry::{UnknownRule, explain, find};
pub use rule::{Rule, Severity};
