//! Mistakes within one document.

mod cycles;
pub mod examples;
pub mod json_schema;
pub mod structure;
