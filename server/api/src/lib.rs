// @generated from openapi/links.yaml by `cargo xtask generate`. Do not edit: edit the contract.

//! Server stub of the AgentHuman Links API 1.1.2: a Dropshot API trait and its types.
//!
//! A *link* puts a talking agent behind a URL that can be shared. This API manages those links.
//!
//! **Three states.** In an update each field is *absent* (it stays as it is), `null` (it is
//! cleared) or *set* to a value. Absent and `null` never mean the same.
//!
//! **All or nothing.** A rejected request changes nothing, even if most of its fields are valid.
//!
//! **Unknown names.** A query parameter or a body field that this document does not define rejects
//! the request, so that a misspelt name never goes unnoticed.
//!
//! **Order of the checks.** API key, rate limit, path and query, body, existence of the link, rules
//! between fields. The response reports the first check that fails.
//!
//! **Errors.** Every error response of an operation has the schema `ErrorResponse`. If the caller
//! can fix the request, `error.suggestion` says how. A path or a method that this document does not
//! define is rejected before the API key is checked, with 404 or 405 and a body that has
//! `request_id` and `message`.

mod operations;
pub mod types;

pub use operations::*;
