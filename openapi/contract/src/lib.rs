//! Everything that understands an OpenAPI 3.0 document, and nothing else.
//!
//! | module | purpose |
//! |---|---|
//! | [`reader`] | YAML or JSON as values, each with its position in the file; `$ref`s |
//! | [`model`] | the meaning of a document, independent of how it is written |
//! | [`lint`] | mistakes within one document: structure, unused components, invalid examples |
//! | [`diff`] | differences in meaning between two documents |
//! | [`compatibility`] | the effect of each difference on clients and servers, and the version it requires |
//! | [`exceptions`] | findings that are accepted until a date |
//! | [`findings`] | the result of all of these, written for people, JSON, SARIF or GitHub |
//!
//! Only the reader is compiled by default: it is all that the build script of a client needs. The
//! feature `gate` adds the rest.

#[cfg(feature = "gate")]
pub mod compatibility;
#[cfg(feature = "gate")]
pub mod diff;
#[cfg(feature = "gate")]
pub mod exceptions;
#[cfg(feature = "gate")]
pub mod findings;
mod integer_format;
#[cfg(feature = "gate")]
pub mod lint;
#[cfg(feature = "gate")]
pub mod model;
pub mod reader;

pub use integer_format::{INTEGER_FORMATS, integer_range};
pub use reader::{
    Contract, ContractError, METHODS, Span, child, clearable, follow, media_type, nullable,
    required, target,
};
