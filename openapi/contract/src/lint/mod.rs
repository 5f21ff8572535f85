//! Mistakes within one document.

mod cycles;
mod exact_keywords;
pub mod examples;
pub mod json_schema;
pub mod structure;
