//! Checks as findings: a contract against itself, its server and its last release; one document
//! against another; and generated files against those that are checked in.

mod contract;
mod documents;
mod error;
mod generated_files;

pub use contract::{Checked, check_contract};
pub use documents::{Compared, compare_documents};
pub use error::CheckError;
pub use generated_files::compare_generated_files;

#[cfg(test)]
mod tests;
