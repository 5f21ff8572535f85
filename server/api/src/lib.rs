// @generated from openapi/links.yaml by `cargo xtask generate`. Do not edit: edit the contract.

//! Server stub of the AgentHuman Links API 1.0.0: a Dropshot API trait and its types.
//!
//! A *link* puts a talking agent behind a URL that can be shared. This API manages those links.
//!
//! **Three states.** In an update each field may be *absent* (stays as it is), `null` (is cleared)
//! or *set* to a value. Absent and `null` are never the same thing.
//!
//! **All or nothing.** A refused request changes nothing, however many of its fields were fine.
//!
//! **Order of the checks.** API key, rate limit, path, body, existence of the link, rules between
//! fields. The first check that fails gives the answer.
//!
//! **Errors.** Every refusal has the shape of `ErrorResponse`. Where the caller can mend the
//! request, `error.suggestion` says how.

mod operations;
pub mod types;

pub use operations::*;
