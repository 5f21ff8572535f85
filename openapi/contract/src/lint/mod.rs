//! Mistakes within one document.

mod cycles;
mod exact_keywords;
pub mod examples;
mod json_schema;
pub mod structure;
pub mod validation;
