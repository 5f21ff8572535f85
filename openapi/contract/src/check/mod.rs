//! Checks as findings: a contract against itself, its server and its last release; and one document
//! against another.

mod contract;
mod documents;
mod error;

pub use contract::{Checked, check_contract};
pub use documents::{Compared, compare_documents};
pub use error::CheckError;

#[cfg(test)]
mod tests;
