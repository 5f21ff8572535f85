//! Differences in meaning between two documents.
//!
//! Both models are walked side by side from their operations. Two schemas that were compared once,
//! for the same use, are not compared again: the work stays proportional to the documents, recursion
//! ends, and a difference in a shared schema is reported once instead of once per operation.
//!
//! Oxide's crate `drift` (0.2.0) compares OpenAPI documents too, and is not used:
//!
//! - It misses 20 % of the mutations that this project's tests find. It does not see a change of
//!   `nullable`, of response headers, security, servers or `operationId`.
//! - It has false alarms: another order of `required` counts as a delta.
//! - It panics if the two documents have different media types.
//! - It reports most changes of schemas as `Unhandled`, without the values and without a direction,
//!   so that `compatibility` could not tell whom they break.

mod alternatives;
mod compare;
mod credentials;
mod difference;
mod emission;
mod location;
mod mode;
mod operation;
mod part;
mod path;
mod responses;
mod schema;
mod usage;
mod walk;

pub use compare::compare;
pub use difference::{Comparison, Delta, Difference, Side};
pub use mode::ComparisonMode;
pub use part::Part;
pub(crate) use part::rules;

#[cfg(test)]
mod tests;
