//! Reads, checks and compares OpenAPI 3.0 documents.
//!
//! | module | purpose |
//! |---|---|
//! | the root | YAML or JSON as values, each with its span in the file; `$ref`s |
//! | [`alternatives`] | `oneOf` and `anyOf`: overlapping alternatives, and alternatives that contain themselves |
//! | [`model`] | the meaning of a document, independent of how it is written |
//! | [`lint`] | mistakes within one document: structure, unused components, invalid examples |
//! | [`diff`] | differences in meaning between two documents |
//! | [`compatibility`] | the effect of each change on clients and servers, and the version it requires |
//! | [`check`] | all of these as findings, for a contract and for two documents |
//! | [`exceptions`] | findings that are accepted until a date |
//! | [`findings`] | findings, written for people, as JSON, for SARIF or for GitHub |
//!
//! Without features there are only the root and `alternatives`: they are compiled by the build script of
//! each client. The feature `gate` adds the modules, and `clap` makes [`findings::Format`] the value of a flag.
//!
//! The crate knows no path of a repository: files and folders are parameters.
//!
//! ```
//! use agenthuman_contract::Contract;
//!
//! let contract = Contract::parse("things.yaml", "openapi: 3.0.3\ninfo:\n  title: Things\n")?;
//! assert_eq!(contract.span("/info/title").line, 3);
//! # Ok::<(), agenthuman_contract::ContractError>(())
//! ```

#![warn(missing_docs)]
#![cfg_attr(not(feature = "gate"), allow(rustdoc::broken_intra_doc_links))]

pub mod alternatives;
#[cfg(feature = "gate")]
pub mod check;
#[cfg(feature = "gate")]
pub mod compatibility;
#[cfg(feature = "gate")]
mod decimal;
#[cfg(feature = "gate")]
pub mod diff;
#[cfg(feature = "gate")]
pub mod exact;
#[cfg(feature = "gate")]
pub mod exceptions;
#[cfg(feature = "gate")]
pub mod findings;
mod integer_format;
#[cfg(feature = "gate")]
pub mod lint;
#[cfg(feature = "gate")]
pub mod model;
mod operations;
mod reader;
mod version;

pub use integer_format::{INTEGER_FORMATS, integer_range};
pub use reader::{
    Contract, ContractError, Keys, METHODS, Span, child, clearable, essence, follow, is_json,
    media_type, nullable, required, target,
};
