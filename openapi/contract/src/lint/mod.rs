//! Mistakes that one document alone shows.

mod cycles;
pub mod examples;
pub mod json_schema;
pub mod structure;
