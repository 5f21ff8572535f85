//! The hand-written code that every generated Dropshot stub needs.
//!
//! | module | purpose |
//! |---|---|
//! | [`alternatives`] | values of one of several types: `oneOf` and `anyOf` |
//! | [`constraint`] | types that hold only values the contract allows, checked and emitted from one definition |
//! | [`credentials`] | extractors of API keys, tokens, and user names with passwords |
//! | [`json`] | JSON bodies and text parameters, with errors that name the field and suggest a fix |
//! | [`list`] | parameters that are lists |
//! | [`patch`] | fields with three states: absent, `null`, or a value |
//! | [`request`] | extractors that never fail, so that the handler decides the order of the checks |
//! | [`response`] | responses with the documented status, headers and body |
//! | [`schema`] | functions that generated `JsonSchema` implementations share |
//! | [`text`] | texts of limited length, for messages |
//! | [`timestamp`] | RFC 3339 timestamps |
//! | [`unexpected`] | errors outside of a handler |
//!
//! Nothing in here is specific to one API: a stand-alone stub carries a copy of this crate.

#![warn(missing_docs)]

pub mod alternatives;
mod constrained;
pub mod constraint;
pub mod credentials;
pub mod json;
pub mod list;
pub mod patch;
pub mod request;
pub mod response;
pub mod schema;
pub mod text;
pub mod timestamp;
pub mod unexpected;
