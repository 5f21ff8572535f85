//! The hand-written code that every generated Dropshot stub needs.
//!
//! | module | purpose |
//! |---|---|
//! | [`constraint`] | values that hold only what the contract allows, checked when read and emitted as schema |
//! | [`json`] | JSON and text parameters, with errors that name the field and suggest a correction |
//! | [`patch`] | fields with three states: absent, `null`, or a value |
//! | [`request`] | extractors that never fail, so that the handler decides the order of the checks |
//! | [`response`] | responses with the documented status, headers and body |
//! | [`schema`] | pieces that generated `JsonSchema` implementations share |
//! | [`timestamp`] | points in time as RFC 3339 writes them |

pub mod constraint;
pub mod json;
pub mod patch;
pub mod request;
pub mod response;
pub mod schema;
pub mod timestamp;
