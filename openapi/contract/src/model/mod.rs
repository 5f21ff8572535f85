//! The meaning of an OpenAPI 3.0 document: the facts that a client or a server can observe.
//!
//! Two documents mean the same if their models are equal. The model leaves out what has no meaning:
//! the order of keys, of `required`, of `enum` and of alternatives, `$ref` or inline, the names of
//! components, an `allOf` of one, and explicit defaults (`style: simple`, `nullable: false`,
//! `minLength: 0`). Documentation (descriptions, examples) is kept apart, in `texts`: only the
//! comparison of releases reads it.
//!
//! A schema is a node of a graph, and a property leads to another node. A flat list of facts, each
//! under its full path, was rejected: a recursive schema has no end, and a schema that many
//! operations share would be copied for each of them.
//!
//! The model does not know which tool emitted a document: `diff::emission` knows what Dropshot cannot
//! express.

mod document;
mod elements;
mod error;
mod fact;
mod flatten;
mod keywords;
mod merge;
mod read;
mod references;
mod schema;
mod security;

pub(crate) use document::canonical;
pub use elements::{
    Body, Content, MediaType, Model, Operation, OperationKey, Parameter, Property, Response,
    Schema, SchemaId,
};
pub use error::ModelError;
pub use fact::{Aspect, Child, Combinator, Fact, Facts};
pub use security::{Requirement, Scheme, Security};

#[cfg(test)]
mod tests;
