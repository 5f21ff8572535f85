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
//! Nothing in here is specific to one API: a stand-alone stub carries a copy of this crate. Without the
//! feature `server` it has timestamps only, so that a contract's examples are judged as the server judges
//! requests.

#![warn(missing_docs)]
#![cfg_attr(not(feature = "server"), allow(rustdoc::broken_intra_doc_links))]

#[cfg(feature = "server")]
pub mod alternatives;
#[cfg(feature = "server")]
mod constrained;
#[cfg(feature = "server")]
pub mod constraint;
#[cfg(feature = "server")]
pub mod credentials;
#[cfg(feature = "server")]
pub mod json;
#[cfg(feature = "server")]
pub mod list;
#[cfg(feature = "server")]
pub mod patch;
#[cfg(feature = "server")]
pub mod request;
#[cfg(feature = "server")]
pub mod response;
#[cfg(feature = "server")]
pub mod schema;
#[cfg(feature = "server")]
pub mod text;
pub mod timestamp;
#[cfg(feature = "server")]
pub mod unexpected;
