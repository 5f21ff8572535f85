//! Generates a server stub from a contract: a Dropshot API trait and the types of its requests and
//! responses, without any behaviour. The code that all stubs share is `server/runtime`.
//!
//! | function | result |
//! |---|---|
//! | [`generate`] | the files of a stub inside of a workspace |
//! | [`generate_standalone`] | a crate of its own: the stub, its manifest, a README, and a copy of the runtime |
//! | [`find_rust_item`] | the position of the generated item for a value of the contract |
//! | [`rustfmt::format`] | formatted source |
//!
//! The source is assembled as text and formatted by rustfmt. Token streams were rejected: the result
//! is checked in to be read, and they keep neither comments nor the layout of a macro's input.
//!
//! # Limits
//!
//! A message says whose limit it is.
//!
//! | not supported by Dropshot | not supported by this generator |
//! |---|---|
//! | a literal and a variable as siblings in paths, or two names of one variable | a parameter that is an object, or that is in a cookie |
//! | a path segment that is neither a literal nor one `{name}` | the styles `label`, `matrix` and `deepObject` |
//! | a query parameter with the name of a path parameter | `allOf` whose members contradict each other or describe the same property |
//! | `anyOf` in a parameter | `discriminator` that alone decides between alternatives |
//! | bounds of integers above 2⁵³ | `not`, `minProperties`, `maxProperties`, `additionalProperties` with a schema beside `properties` |
//!
//! Dropshot's document cannot show everything that a stub has. The comparison in
//! `agenthuman_contract::diff` knows what.
//!
//! Nothing in this crate is specific to one API or to the layout of a repository. A construct that the
//! stub does not support is an error at its position in the contract; one run reports all of them.

#![warn(missing_docs)]

mod imports;
mod merged;
mod names;
mod operations;
mod origin;
mod rust_item;
pub mod rustfmt;
mod source;
mod standalone;
mod stub;
mod types;

pub use rust_item::find_rust_item;
pub use standalone::generate_standalone;
pub use stub::{Files, generate};

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, reason = "a test stops where it fails")]
mod tests;
